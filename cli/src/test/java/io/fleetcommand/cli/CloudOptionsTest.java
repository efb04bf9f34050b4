package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.operations.stack.RealCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CloudOptionsTest {
    private static final String CLOUD = "https://api.particle.io";

    @TempDir
    private Path folder;

    @Test
    void withoutACloudThereIsTheSimulator() {
        assertThat(real()).isEmpty();
    }

    @Test
    void aClientsSecretIsReferredToAndNotCopied() throws Exception {
        Path secret = secret("s3cret\n", "rw-------");

        assertThat(real(
                        "--cloud",
                        CLOUD + "/",
                        "--product",
                        "12345",
                        "--client-id",
                        "me",
                        "--client-secret-file",
                        secret.toString()))
                .contains(new RealCloud(
                        CLOUD,
                        "12345",
                        Map.of(
                                "token.source",
                                "client-credentials",
                                "client.id",
                                "me",
                                "client.secret",
                                "${directory:" + folder + ":secret.txt}")));
    }

    @Test
    void aTokenMayLieInAFile() throws Exception {
        Path token = secret("t0ken", "r--------");

        assertThat(real("--cloud", CLOUD, "--product", "p", "--token-file", token.toString()))
                .contains(new RealCloud(
                        CLOUD, "p", Map.of("token.source", "static", "static.token.file", token.toString())));
    }

    @Test
    void anAdministratorsTokenMakesApiUsers() throws Exception {
        Path token = secret("t0ken", "rw-------");

        assertThat(real("--cloud", CLOUD, "--product", "p", "--admin-token-file", token.toString()))
                .contains(new RealCloud(
                        CLOUD,
                        "p",
                        Map.of(
                                "token.source",
                                "api-user",
                                "admin.token",
                                "${directory:" + folder + ":secret.txt}",
                                "api.user.name",
                                "fleet-local")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void aFileThatOthersMayReadOrWriteIsRefused(String permissions) throws Exception {
        Path token = secret("t0ken", permissions);

        assertThatThrownBy(() -> real("--cloud", CLOUD, "--product", "p", "--token-file", token.toString()))
                .hasMessage("others than its owner may read or write the secret in " + token + ": chmod 600 " + token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "a\nb\n"})
    void aFileThatHoldsNoSecretIsRefused(String text) throws Exception {
        Path token = secret(text, "rw-------");

        assertThatThrownBy(() -> real("--cloud", CLOUD, "--product", "p", "--token-file", token.toString()))
                .hasMessage("the file " + token + " must hold a secret on one line, and nothing else");
    }

    @ParameterizedTest
    @CsvSource({
        "http://api.particle.io, must be https",
        "http://10.0.0.1:8080, must be https",
        "api.particle.io, must be an address",
        "https://api.particle.io/v1, without a path",
        "https://me:secret@api.particle.io, without a path",
        "https://api.particle.io?access_token=x, without a path",
        "'https://a b', is no address"
    })
    void anAddressThatSecretsMustNotGoToIsRefused(String address, String why) throws Exception {
        Path token = secret("t0ken", "rw-------");

        assertThatThrownBy(() -> real("--cloud", address, "--product", "p", "--token-file", token.toString()))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        String token = secret("t0ken", "rw-------").toString();

        assertThatThrownBy(() -> real("--cloud", CLOUD, "--token-file", token))
                .hasMessageContaining("--cloud needs --product");
        assertThatThrownBy(() -> real("--cloud", CLOUD, "--product", "p"))
                .hasMessageContaining("--cloud needs one source of tokens");
        assertThatThrownBy(() -> real("--cloud", CLOUD, "--product", "p", "--client-id", "me"))
                .hasMessageContaining("--cloud needs one source of tokens");
        assertThatThrownBy(() ->
                        real("--cloud", CLOUD, "--product", "p", "--token-file", token, "--admin-token-file", token))
                .hasMessageContaining("--cloud needs one source of tokens");
        assertThatThrownBy(() -> real("--token-file", token)).hasMessageContaining("need --cloud URL");
    }

    private static Optional<RealCloud> real(String... arguments) {
        CloudOptions options = new CloudOptions();
        CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create()
                .addMixin("cloud", CommandLine.Model.CommandSpec.forAnnotatedObject(options)));
        line.parseArgs(arguments);
        return options.real(line);
    }

    private Path secret(String text, String permissions) throws Exception {
        Path file = Files.writeString(folder.resolve("secret.txt"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
