package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingReferencesTest {
    private static final SettingNames NAMES = new SettingNames(Set.of(), Set.of());

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSecrets() throws IOException {
        file("secrets.properties", "client=from-file\nempty=\nblank=\\u0020\n");
        file("mounted", "from-directory");
        file("empty", "");
        file("line-feed", "\n");
    }

    @Test
    void everyProviderResolvesItsReference() {
        assertThat(
                        read(
                                Map.of(
                                        "a.secret", "${file:DIR/secrets.properties:client}",
                                        "b.secret", "${directory:DIR:mounted}",
                                        "c.secret", "${env:PATH}",
                                        "sasl.jaas.config",
                                                "user=\"${file:DIR/secrets.properties:client}\" password=\"${directory:DIR:mounted}\";")))
                .isEqualTo(Map.of(
                        "a.secret", "from-file",
                        "b.secret", "from-directory",
                        "c.secret", System.getenv("PATH"),
                        "sasl.jaas.config", "user=\"from-file\" password=\"from-directory\";"));
    }

    @Test
    void aResolvedValueMayContainAnyText() throws IOException {
        file("odd", "pa${env:NO_SUCH_VARIABLE}ss\\$1");

        assertThat(read(Map.of("client.secret", "${directory:DIR:odd}")))
                .isEqualTo(Map.of("client.secret", "pa${env:NO_SUCH_VARIABLE}ss\\$1"));
    }

    @Test
    void aByteOrderMarkIsNoPartOfASecret() throws IOException {
        file("marked", "\uFEFFsecret");
        file("marked.properties", "\uFEFFclient=secret\n");

        assertThat(read(Map.of("a", "${directory:DIR:marked}", "b", "${file:DIR/marked.properties:client}")))
                .isEqualTo(Map.of("a", "secret", "b", "secret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${file:DIR/secrets.properties:cleint} | the file DIR/secrets.properties has no key cleint; add it to the file",
                "${file:DIR/secrets.properties:} | write ${file:PATH:KEY}",
                "${file:DIR/secrets.properties} | write ${file:PATH:KEY}",
                "${file:DIR/nowhere.properties:client} | there is no such file; correct the path, or what it leads to",
                "${file:DIR:client} | Is a directory; correct the path, or what it leads to",
                "${file:DIR/secrets.properties:empty} | the value is empty; give it one, or leave the setting out",
                "${file:DIR/secrets.properties:blank} | the value is empty; give it one, or leave the setting out",
                "${directory:DIR:nowhere} | there is no such file; correct the path, or what it leads to",
                "${directory:DIR/nowhere:mounted} | there is no such file; correct the path, or what it leads to",
                "${directory:DIR/mounted:mounted} | Not a directory; correct the path, or what it leads to",
                "${directory:DIR/..:..} | .. is no name of a file in the folder DIR/..; write ${directory:PATH:FILE}",
                "${directory:DIR:a/b} | a/b is no name of a file in the folder DIR; write ${directory:PATH:FILE}",
                "${directory:mounted} | write ${directory:PATH:FILE}",
                "${directory:DIR:empty} | the value is empty; give it one, or leave the setting out",
                "${directory:DIR:line-feed} | the value is empty; give it one, or leave the setting out",
                "${env:NO_SUCH_VARIABLE} | the environment variable NO_SUCH_VARIABLE is not set; set it",
                "${env:} | write ${env:NAME}"
            })
    void anUnresolvableReferenceIsReportedWithItsSetting(String reference, String why) {
        for (String name : List.of("client.secret", "product")) {
            assertThatThrownBy(() -> read(Map.of(name, "x" + reference + "y")))
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageEndingWith("- " + name + ": " + here(reference) + " cannot be resolved: " + here(why));
        }
    }

    @Test
    void aFileThatIsNotUtf8IsRejected() throws IOException {
        Files.write(folder.resolve("wide"), "secret".getBytes(StandardCharsets.UTF_16));
        Files.write(folder.resolve("latin"), "s\u00e9cret".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> read(Map.of("client.secret", "${directory:DIR:wide}")))
                .hasMessageContaining("it is UTF-16 text, or none; save it as UTF-8")
                .hasMessageNotContaining("secret\u0000");
        assertThatThrownBy(() -> read(Map.of("client.secret", "${directory:DIR:latin}")))
                .hasMessageContaining("it is no UTF-8 text; save it as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${env:PATH",
                "x ${env:PATH and more",
                "user=\"${env:PATH\" password=\"hidden}\";",
                "${file:${env:PATH}:client}",
                "${env:PATH ${env:PATH}"
            })
    void anUnclosedReferenceIsRejectedWithoutQuotingWhatFollows(String value) {
        for (String name : List.of("sasl.jaas.config", "product")) {
            assertThatThrownBy(() -> read(Map.of(name, value)))
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageContaining("- " + name + ": a reference ${")
                    .hasMessageContaining(" is not closed; write ${")
                    .hasMessageNotContaining("hidden")
                    .hasMessageNotContaining("and more");
        }
    }

    @Test
    void anUnknownProviderIsReported() {
        assertThatThrownBy(() -> read(Map.of("product", "${vault:fleet:product}")))
                .hasMessageEndingWith("- product: there is no provider vault; there are ${file:PATH:KEY},"
                        + " ${directory:PATH:FILE}, ${env:NAME}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${vault:fleet:hidden}", "${hidden}", "x${hidden", "${}", "${ENV:PATH}", "${ env:PATH}"})
    void textLikeAReferenceIsRejectedInASecretWithoutQuotingIt(String value) {
        for (String name : List.of(
                "client.secret",
                "admin.token",
                "state.keys",
                "caller.processor.secret.next",
                "kafka.sasl.jaas.config",
                "kafka.ssl.key.password",
                "basic.auth.user.info")) {
            assertThatThrownBy(() -> read(Map.of(name, value)))
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageContaining("- " + name + ": a ${ in it begins no reference that is known")
                    .hasMessageNotContaining("hidden");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"${HOSTNAME}", "${x", "$", "${}", "$ {env:PATH}"})
    void otherTextIsUnchangedInASettingThatIsNoSecret(String value) {
        assertThat(read(Map.of("product", value))).isEqualTo(Map.of("product", value));
    }

    @Test
    void aProviderOfKafkasClientsIsResolvedByThem() {
        Map<String, String> settings = Map.of(
                "kafka.config.providers", "aws, vault",
                "kafka.config.providers.vault.class", "org.example.Vault",
                "kafka.sasl.jaas.config", "password=\"${vault:fleet:kafka}\"");

        assertThat(read(settings)).isEqualTo(settings);
        Map<String, String> another = new HashMap<>(settings);
        another.put("client.secret", "${vault:fleet:client}");
        assertThatThrownBy(() -> read(another)).hasMessageContaining("client.secret: ");
    }

    @Test
    void everyInvalidSettingIsListed() {
        assertThatThrownBy(
                        () -> read(Map.of("client.secret", "${env:NO_SUCH_VARIABLE}", "state.keys", "${env:NOR_THIS}")))
                .hasMessageContainingAll("client.secret: ", "state.keys: ");
    }

    private Map<String, String> read(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        settings.forEach((name, value) -> text.append(name)
                .append('=')
                .append(here(value).replace("\\", "\\\\"))
                .append('\n'));
        try {
            return ConfigLoader.read(List.of(file("settings.properties", text.toString())), Map.of(), NAMES);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private String here(String text) {
        return text.replace("DIR", folder.toString());
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
