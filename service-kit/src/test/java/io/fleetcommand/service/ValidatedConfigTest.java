package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.junit.jupiter.api.Test;

class ValidatedConfigTest {
    private static final ConfigDef DEFINITION = new ConfigDef()
            .define("name", Type.STRING, Importance.HIGH, "")
            .define("port", Type.INT, 8080, Range.between(0, 65_535), Importance.LOW, "")
            .define("wait.ms", Type.LONG, 500L, Importance.LOW, "")
            .define("share", Type.DOUBLE, 0.5, Importance.LOW, "")
            .define("create", Type.BOOLEAN, false, Importance.LOW, "");

    @Test
    void everyTypeIsReadAndDefaultsApply() {
        ValidatedConfig settings =
                check(Map.of("name", "n", "port", "1", "create", "true")).orThrow();

        assertThat(settings.text("name")).isEqualTo("n");
        assertThat(settings.number("port")).isEqualTo(1);
        assertThat(settings.longNumber("wait.ms")).isEqualTo(500);
        assertThat(settings.fraction("share")).isEqualTo(0.5);
        assertThat(settings.flag("create")).isTrue();
    }

    @Test
    void everyFaultIsListed() {
        ValidatedConfig settings = check(Map.of("port", "70000", "wait.ms", "soon", "colour", "red"))
                .require(false, "port and wait.ms do not go together");

        assertThatThrownBy(settings::orThrow)
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("Bad settings, nothing was started:")
                .hasMessageContaining("Missing required configuration \"name\"")
                .hasMessageContaining("70000")
                .hasMessageContaining("soon")
                .hasMessageContaining("colour: there is no such setting")
                .hasMessageContaining("port and wait.ms do not go together");
    }

    @Test
    void settingsWithAPassThroughPrefixAreNotChecked() {
        ValidatedConfig settings =
                check(Map.of("name", "n", "kafka.acks", "all", "kafka.x", "y")).orThrow();

        assertThat(settings.under("kafka.")).isEqualTo(Map.of("acks", "all", "x", "y"));
    }

    private static ValidatedConfig check(Map<String, String> config) {
        return ValidatedConfig.check(DEFINITION, Set.of("kafka."), config);
    }
}
