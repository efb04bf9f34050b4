package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsSourceTest {
    @TempDir
    private Path folder;

    @Test
    void theEnvironmentIsLaidOverTheFile() throws IOException {
        String file = file("a.properties", "quota.requests=100\nproduct=12345\n");

        assertThat(SettingsSource.read(List.of(file), Map.of("FLEET_QUOTA_REQUESTS", "200", "PATH", "/bin")))
                .isEqualTo(Map.of("quota.requests", "200", "product", "12345"));
    }

    @Test
    void theEnvironmentAloneWillDo() {
        assertThat(SettingsSource.read(List.of(), Map.of("FLEET_KAFKA_SECURITY_PROTOCOL", "SSL")))
                .isEqualTo(Map.of("kafka.security.protocol", "SSL"));
    }

    @Test
    void secretsAreFetchedByKafkasOwnProviders() throws IOException {
        String secrets = file("secrets.properties", "client=from-file\n");
        file("mounted", "from-directory");
        String home = System.getenv("PATH");

        Map<String, String> read = SettingsSource.read(
                List.of(),
                Map.of(
                        "FLEET_A", "${file:" + secrets + ":client}",
                        "FLEET_B", "${directory:" + folder + ":mounted}",
                        "FLEET_C", "${env:PATH}"));

        assertThat(read).isEqualTo(Map.of("a", "from-file", "b", "from-directory", "c", home));
    }

    @Test
    void aLineFeedAtTheEndOfAFileOrAVariableIsNoPartOfTheValue() throws IOException {
        file("mounted", "s e-cret\r\n");

        Map<String, String> read = SettingsSource.read(
                List.of(),
                Map.of(
                        "FLEET_A",
                        "${directory:" + folder + ":mounted}",
                        "FLEET_B",
                        "user:${directory:" + folder + ":mounted};",
                        "FLEET_C",
                        "token\n\n",
                        "FLEET_D",
                        "a\nb "));

        assertThat(read).isEqualTo(Map.of("a", "s e-cret", "b", "user:s e-cret;", "c", "token", "d", "a\nb "));
    }

    @Test
    void aReferenceThatLeadsNowhereIsNamed() {
        String missing = folder.resolve("nowhere.properties").toString();

        assertThatThrownBy(() -> SettingsSource.read(List.of(), Map.of("FLEET_A", "${file:" + missing + ":x}")))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("a reference in the settings cannot be resolved")
                .hasMessageContaining(missing);
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        String missing = folder.resolve("nowhere.properties").toString();

        assertThatThrownBy(() -> SettingsSource.read(List.of(missing), Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("the settings file " + missing + " cannot be read");
    }

    @Test
    void moreThanOneFileIsRefused() {
        assertThatThrownBy(() -> SettingsSource.read(List.of("a", "b"), Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("at most one argument");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
