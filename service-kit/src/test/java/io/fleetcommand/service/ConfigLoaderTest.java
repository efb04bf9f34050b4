package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    private static final SettingNames NAMES = new SettingNames(
            Set.of("quota.requests", "product", "a", "b", "c", "d", "device.backoff.ms", "ops.port", "cloud.url"),
            Set.of("kafka.", "schema.registry.ssl."));

    @TempDir
    private Path folder;

    @Test
    void theEnvironmentOverridesTheFile() throws IOException {
        String file = file("a.properties", "quota.requests=100\nproduct=12345\n");

        assertThat(ConfigLoader.read(List.of(file), Map.of("FLEET_QUOTA_REQUESTS", "200", "PATH", "/bin"), NAMES))
                .isEqualTo(Map.of("quota.requests", "200", "product", "12345"));
    }

    @Test
    void theEnvironmentAloneSuffices() {
        assertThat(ConfigLoader.read(List.of(), Map.of("FLEET_KAFKA_SECURITY_PROTOCOL", "SSL"), NAMES))
                .isEqualTo(Map.of("kafka.security.protocol", "SSL"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FLEET_CONFIG",
                "FLEET_HOME",
                "FLEET_TAG",
                "FLEET_STACK",
                "FLEET_",
                "FLEET_REGISTRY_PORT",
                "FLEET_PROCESSOR_SERVICE_PORT_8081",
                "FLEET_TOKEN_SOURCE"
            })
    void aVariableThatResemblesNoSettingIsIgnored(String variable) {
        assertThat(ConfigLoader.read(List.of(), Map.of(variable, "/etc/fleet", "FLEET_PRODUCT", "12345"), NAMES))
                .isEqualTo(Map.of("product", "12345"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyVariableSetsNothing(String empty) throws IOException {
        String file = file("a.properties", "product=12345\n");
        Map<String, String> environment =
                Map.of("FLEET_PRODUCT", empty, "FLEET_QUOTA_REQUETS", empty, "FLEET_CONFIG", empty);

        assertThat(ConfigLoader.read(List.of(file), environment, NAMES)).isEqualTo(Map.of("product", "12345"));
    }

    @ParameterizedTest
    @CsvSource({
        "FLEET_QUOTA_REQUETS, quota.requets, quota.requests, FLEET_QUOTA_REQUESTS",
        "FLEET_QUOTAREQUESTS, quotarequests, quota.requests, FLEET_QUOTA_REQUESTS",
        "FLEET_QUOTA__REQUESTS, quota..requests, quota.requests, FLEET_QUOTA_REQUESTS",
        "FLEET_DEVICE_BACKOFF, device.backoff, device.backoff.ms, FLEET_DEVICE_BACKOFF_MS",
        "FLEET_CLOUD_ULR, cloud.ulr, cloud.url, FLEET_CLOUD_URL",
        "FLEET_KAKFA_SECURITY_PROTOCOL, kakfa.security.protocol, kafka.security.protocol, FLEET_KAFKA_SECURITY_PROTOCOL",
        "FLEET_SCHEMA_REGISTRI_SSL_X, schema.registri.ssl.x, schema.registry.ssl.x, FLEET_SCHEMA_REGISTRY_SSL_X"
    })
    void aMistypedVariableIsRejectedWithASuggestion(String variable, String name, String meant, String meantVariable) {
        Map<String, String> read = ConfigLoader.read(List.of(), Map.of(variable, "1"), NAMES);

        assertThatThrownBy(() -> ValidatedConfig.check(definition(), NAMES.passThrough(), read)
                        .orThrow())
                .hasMessageContaining(
                        name + ": there is no such setting; did you mean " + meant + " (" + meantVariable + ")?");
    }

    @Test
    void aTrailingLineFeedOfAFileOrAVariableIsStripped() throws IOException {
        file("mounted", "s e-cret\r\n");

        Map<String, String> read = ConfigLoader.read(
                List.of(),
                Map.of(
                        "FLEET_A",
                        "${directory:" + folder + ":mounted}",
                        "FLEET_B",
                        "user:${directory:" + folder + ":mounted};",
                        "FLEET_C",
                        "token\n\n",
                        "FLEET_D",
                        "a\nb "),
                NAMES);

        assertThat(read).isEqualTo(Map.of("a", "s e-cret", "b", "user:s e-cret;", "c", "token", "d", "a\nb "));
    }

    @Test
    void aFileThatCannotBeReadIsReported() {
        String missing = folder.resolve("nowhere.properties").toString();

        assertThatThrownBy(() -> ConfigLoader.read(List.of(missing), Map.of(), NAMES))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("the settings file " + missing + " cannot be read");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() throws IOException {
        String file = file("a.properties", "\uFEFFproduct=12345\nquota.requests=100\n");

        assertThat(ConfigLoader.read(List.of(file), Map.of(), NAMES))
                .isEqualTo(Map.of("product", "12345", "quota.requests", "100"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void aFileThatIsNotUtf8IsRejected(String charset) throws IOException {
        Path file = Files.writeString(folder.resolve("a.properties"), "product=12345\n", Charset.forName(charset));

        assertThatThrownBy(() -> ConfigLoader.read(List.of(file.toString()), Map.of(), NAMES))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining(
                        "the settings file " + file + " cannot be read: it is UTF-16 text, or none; save it as UTF-8");
    }

    @Test
    void moreThanOneFileIsRejected() {
        assertThatThrownBy(() -> ConfigLoader.read(List.of("a", "b"), Map.of(), NAMES))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("at most one argument");
    }

    private static ConfigDef definition() {
        ConfigDef all = new ConfigDef();
        NAMES.names().forEach(name -> all.define(name, ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW, ""));
        return all;
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
