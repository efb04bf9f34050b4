package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RegistrySettingsTest {
    private static final String URL = "schema.registry.url";

    static Stream<Arguments> settingsThatCannotWork() {
        return Stream.of(
                arguments(Map.of(), "schema.registry.url is not set"),
                arguments(Map.of(URL, " , "), "schema.registry.url is not set"),
                arguments(Map.of(URL, "ftp://x:pw@r"), "schema.registry.url: ftp://r is not an http or https URL"),
                arguments(
                        Map.of(URL, "http://r", "value.subject.name.strategy", "x.RecordNameStrategy"),
                        "value.subject.name.strategy: only TopicNameStrategy is supported"),
                arguments(
                        Map.of(URL, "http://r", "basic.auth.credentials.source", "SASL_INHERIT"),
                        "basic.auth.credentials.source: only URL and USER_INFO are supported"),
                arguments(
                        Map.of(URL, "http://r", "basic.auth.credentials.source", "USER_INFO"),
                        "basic.auth.user.info is not set"),
                arguments(
                        Map.of(
                                URL,
                                "http://r",
                                "basic.auth.credentials.source",
                                "USER_INFO",
                                "basic.auth.user.info",
                                "nocolon"),
                        "basic.auth.user.info must be user:password"),
                arguments(
                        Map.of(URL, "http://r", "bearer.auth.credentials.source", "OAUTHBEARER"),
                        "bearer.auth.credentials.source: only STATIC_TOKEN is supported"),
                arguments(
                        Map.of(URL, "http://r", "bearer.auth.credentials.source", "STATIC_TOKEN"),
                        "bearer.auth.token is not set"));
    }

    @ParameterizedTest
    @MethodSource("settingsThatCannotWork")
    void settingsThatCannotWorkAreRefusedByName(Map<String, ?> settings, String message) {
        assertThatThrownBy(() -> RegistrySettings.from(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("pw");
    }

    @Test
    void severalAddressesAreKeptInOrderAsTextOrAsList() {
        List<String> wanted = List.of("http://a", "https://b:8085/x");

        assertThat(RegistrySettings.from(Map.of(URL, "http://a/, https://b:8085/x"))
                        .urls())
                .isEqualTo(wanted);
        assertThat(RegistrySettings.from(Map.of(URL, List.of("http://a", "https://b:8085/x")))
                        .urls())
                .isEqualTo(wanted);
    }

    @Test
    void schemasAreRegisteredUnlessToldOtherwise() {
        assertThat(RegistrySettings.from(Map.of(URL, "http://a")).autoRegister())
                .isTrue();
        assertThat(RegistrySettings.from(Map.of(URL, "http://a", "auto.register.schemas", false))
                        .autoRegister())
                .isFalse();
    }

    @Test
    void whatIsPrintedHoldsNoCredentials() {
        RegistrySettings settings = RegistrySettings.from(Map.of(
                URL,
                "http://bob:hidden@a",
                "bearer.auth.credentials.source",
                "STATIC_TOKEN",
                "bearer.auth.token",
                "hidden"));

        assertThat(settings.toString()).doesNotContain("hidden");
    }
}
