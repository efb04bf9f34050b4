package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
                        "bearer.auth.token is not set"),
                arguments(bearer("pw\npw"), "bearer.auth.token is empty, or holds a character"),
                arguments(bearer("pw\r\nX-Evil: pw"), "bearer.auth.token is empty, or holds a character"),
                arguments(bearer("pw\u00fc"), "bearer.auth.token is empty, or holds a character"),
                arguments(bearer("p w"), "bearer.auth.token is empty, or holds a character"),
                arguments(bearer(" \n"), "bearer.auth.token is empty, or holds a character"),
                arguments(basic("bob:pw\npw"), "basic.auth.user.info holds a control character"),
                arguments(basic("bob\u0000:pw"), "basic.auth.user.info holds a control character"),
                arguments(Map.of(URL, "http://r:99999"), "http://r:99999 is not an http or https URL"),
                arguments(Map.of(URL, "http://"), "http:// is not an http or https URL"),
                arguments(Map.of(URL, "http://bob:pw@r\n/x"), "http://r\\n/x is not an http or https URL"),
                arguments(Map.of(URL, "http://a b"), "http://a b is not an http or https URL"),
                arguments(Map.of(URL, "http://r?token=p"), "http://r?token=p has a query or a fragment"),
                arguments(Map.of(URL, "http://r/#x"), "http://r/#x has a query or a fragment"),
                arguments(Map.of(URL, "http://a,mock://b"), "mock://b is not an http or https URL"),
                arguments(Map.of(URL, "mock://b,http://a"), "mock://b is not an http or https URL"));
    }

    private static Map<String, String> bearer(String token) {
        return Map.of(URL, "http://r", "bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", token);
    }

    private static Map<String, String> basic(String userInfo) {
        return Map.of(URL, "http://r", "basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", userInfo);
    }

    @Test
    void lineFeedsAroundSecretsAreStripped() {
        assertThat(RegistrySettings.from(bearer("\tt-1\r\n")).authorization()).contains("Bearer t-1");
        assertThat(RegistrySettings.from(basic("bob:s e\n")).authorization())
                .isEqualTo(RegistrySettings.from(basic("bob:s e")).authorization());
        assertThat(RegistrySettings.from(Map.of(
                                URL,
                                "http://r\n",
                                "bearer.auth.credentials.source",
                                "STATIC_TOKEN\n",
                                "bearer.auth.token",
                                "t-1\n"))
                        .authorization())
                .contains("Bearer t-1");
    }

    @Test
    void aPasswordOutsideOfLatin1IsSentUnchanged() {
        assertThat(RegistrySettings.from(basic("bob:π")).authorization())
                .contains("Basic " + Base64.getEncoder().encodeToString("bob:π".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("settingsThatCannotWork")
    void invalidSettingsAreRejectedByName(Map<String, ?> settings, String message) {
        assertThatThrownBy(() -> RegistrySettings.from(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("pw");
    }

    @Test
    void severalUrlsKeepTheirOrderAsTextOrAsList() {
        List<String> wanted = List.of("http://a", "https://b:8085/x");

        assertThat(RegistrySettings.from(Map.of(URL, "http://a/, https://b:8085/x"))
                        .urls())
                .isEqualTo(wanted);
        assertThat(RegistrySettings.from(Map.of(URL, List.of("http://a", "https://b:8085/x")))
                        .urls())
                .isEqualTo(wanted);
    }

    @Test
    void schemasAreRegisteredByDefault() {
        assertThat(RegistrySettings.from(Map.of(URL, "http://a")).autoRegister())
                .isTrue();
        assertThat(RegistrySettings.from(Map.of(URL, "http://a", "auto.register.schemas", false))
                        .autoRegister())
                .isFalse();
    }

    @Test
    void toStringContainsNoCredentials() {
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
