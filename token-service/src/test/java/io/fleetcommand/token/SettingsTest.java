package io.fleetcommand.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.service.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Map<String, String> LEAST = Map.of(
            "cloud.url", "https://cloud.example",
            "client.id", "id",
            "client.secret", "hidden",
            "caller.processor.secret", "hidden-too");

    @Test
    void theLeastSettingsWillDo() {
        Settings settings = Settings.from(LEAST);

        assertThat(settings.tokenLife()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.callers().named(Optional.of("Bearer hidden-too"))).contains("processor");
        assertThat(settings.toString()).doesNotContain("hidden");
    }

    @Test
    void everyFaultIsListedAtOnceAndNoSecretIsRepeated() {
        Map<String, String> bad = new HashMap<>(LEAST);
        bad.remove("client.id");
        bad.remove("caller.processor.secret");
        bad.put("cloud.url", "cloud.example");
        bad.put("token.life.s", "5");
        bad.put("caller.me", "hidden-too");

        assertThatThrownBy(() -> Settings.from(bad))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("client.id")
                .hasMessageContaining("cloud.url: not an http or https URL")
                .hasMessageContaining("token.life.s")
                .hasMessageContaining("caller.me: must be caller.NAME.secret")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void withoutACallerNobodyCouldFetchTheToken() {
        Map<String, String> bad = new HashMap<>(LEAST);
        bad.remove("caller.processor.secret");

        assertThatThrownBy(() -> Settings.from(bad)).hasMessageContaining("no caller is named");
    }

    @Test
    void theReadmeNamesEverySettingWithItsDefault() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));

        Settings.definition()
                .configKeys()
                .values()
                .forEach(key -> assertThat(readme)
                        .contains("| `" + key.name + "` | "
                                + (key.hasDefault() ? "`" + key.defaultValue + "`" : "required") + " | "
                                + key.documentation + " |"));
    }
}
