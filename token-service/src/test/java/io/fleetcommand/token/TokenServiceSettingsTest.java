package io.fleetcommand.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.service.Instrument;
import io.fleetcommand.service.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenServiceSettingsTest {
    private static final String KEY = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final Map<String, String> LEAST = Map.of(
            "cloud.url", "https://cloud.example",
            "client.id", "id",
            "client.secret", "hidden",
            "state.keys", KEY,
            "state.file", "state",
            "caller.processor.secret", "hidden-too-0123456789");

    @Test
    void theClientSecretIsNotSentInCleartextUnlessAllowed() {
        for (String url : List.of("http://cloud.example", "http://127.0.0.1.evil.com", "http://127.1")) {
            Map<String, String> given = new HashMap<>(LEAST);
            given.put("cloud.url", url);
            assertThatThrownBy(() -> TokenServiceSettings.from(given))
                    .hasMessageContainingAll("cloud.url", "would send secrets in the clear");
            given.put("insecure.http.allow", "true");
            TokenServiceSettings.from(given);
        }
        Map<String, String> given = new HashMap<>(LEAST);
        given.put("cloud.url", "http://127.0.0.1:8083");
        TokenServiceSettings.from(given);
    }

    @Test
    void theRequiredSettingsSuffice() {
        TokenServiceSettings settings = TokenServiceSettings.from(LEAST);

        assertThat(settings.tokenLifetime()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.rotationSettings().overlap()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.origin()).isEqualTo(TokenOrigin.CLIENT_CREDENTIALS);
        assertThat(settings.stateFile()).contains(Path.of("state"));
        assertThat(settings.toString()).doesNotContain("hidden", "AAECAw");
    }

    @Test
    void everyFaultIsListedAndNoSecretIsQuoted() {
        Map<String, String> bad = new HashMap<>(LEAST);
        bad.remove("client.id");
        bad.put("cloud.url", "cloud.example");
        bad.put("token.life.s", "5");
        bad.put("state.keys", "k1:hidden");
        bad.put("bootstrap.servers", "broker:9092");
        bad.put("tls.key.file", "key.pem");
        bad.put("caller.me", "hidden-too-0123456789");
        bad.put("caller.short.secret", "hidden");
        bad.put("caller.twin.secret", "hidden-too-0123456789");
        bad.put("caller.processor.role", "king");

        assertThatThrownBy(() -> TokenServiceSettings.from(bad))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("client.id: required with token.source=client-credentials")
                .hasMessageContaining("cloud.url: not an http or https URL")
                .hasMessageContaining("token.life.s")
                .hasMessageContaining("state.keys: the key k1")
                .hasMessageContaining("bootstrap.servers, state.file: give one of them")
                .hasMessageContaining("tls.certificate.file, tls.key.file: give both or none")
                .hasMessageContaining("caller.me: must be caller.NAME.secret")
                .hasMessageContaining("caller.short.secret: must have 16 characters or more")
                .hasMessageContaining("caller.twin.secret: is the secret of another caller too")
                .hasMessageContaining("caller.processor.role: must be reader or operator")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void lineFeedsAroundSecretsAreStrippedAndOnesWithinAreFaults() {
        Map<String, String> given = new HashMap<>(LEAST);
        given.put("client.id", "id\n");
        given.put("client.secret", "hidden\r\n");
        given.put("admin.token", "admin\n");
        TokenServiceSettings settings = TokenServiceSettings.from(given);
        assertThat(settings.clientId()).isEqualTo("id");
        assertThat(settings.clientSecret().reveal()).isEqualTo("hidden");
        assertThat(settings.adminToken().reveal()).isEqualTo("admin");

        given.put("admin.token", "hid\nden");
        given.put("caller.processor.secret", "hidden-too\n0123456789");
        assertThatThrownBy(() -> TokenServiceSettings.from(given))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("admin.token: holds a character that no HTTP header may have")
                .hasMessageContaining("caller.processor.secret: holds a character that no HTTP header may have")
                .hasMessageNotContainingAny("hid", "0123456789");
    }

    @Test
    void atLeastOneCallerIsRequired() {
        Map<String, String> bad = new HashMap<>(LEAST);
        bad.remove("caller.processor.secret");

        assertThatThrownBy(() -> TokenServiceSettings.from(bad)).hasMessageContaining("no caller is configured");
    }

    @ParameterizedTest
    @CsvSource({
        "api-user, product",
        "api-user, admin.token",
        "static, static.token.file",
        "client-credentials, client.secret"
    })
    void everyTokenSourceRequiresItsOwnSettings(String source, String needed) {
        Map<String, String> bad = new HashMap<>(LEAST);
        bad.remove("client.secret");
        bad.put("token.source", source);

        assertThatThrownBy(() -> TokenServiceSettings.from(bad))
                .hasMessageContaining(needed + ": required with token.source=");
    }

    @Test
    void anOverlapThatExceedsTheRemainingLifetimeIsAFault() {
        Map<String, String> bad = new HashMap<>(LEAST);
        bad.put("token.life.s", "300");

        assertThatThrownBy(() -> TokenServiceSettings.from(bad)).hasMessageContaining("token.overlap.ms: must fit");
    }

    @Test
    void theDocumentationNamesEverySettingWithItsDefault() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration.md"));
        String section = page.substring(page.indexOf("\n## Token-service\n"));

        TokenServiceConfigDef.settings()
                .configKeys()
                .values()
                .forEach(key -> assertThat(section)
                        .contains("| `" + key.name + "` | "
                                + (key.hasDefault()
                                        ? key.defaultValue.toString().isEmpty() ? "" : "`" + key.defaultValue + "`"
                                        : "required")
                                + " | " + key.documentation + " |"));
    }

    @Test
    void theDocumentationNamesEveryMetric() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "operations", "metrics.md")))
                .contains(Instrument.table(TokenMeters.all()));
    }
}
