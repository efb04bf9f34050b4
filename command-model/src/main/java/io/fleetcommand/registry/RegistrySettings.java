package io.fleetcommand.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fleetcommand.text.VisibleText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigException;

/**
 * The validated settings of a serializer or deserializer. Immutable.
 *
 * @param urls URLs of the registries, without credentials
 * @param authorization value of the Authorization header; empty for none
 * @param tls Kafka's {@code ssl.*} settings, without the prefix {@code schema.registry.}
 */
record RegistrySettings(
        List<String> urls, boolean autoRegister, Optional<String> authorization, Map<String, Object> tls) {
    private static final String URL = "schema.registry.url";
    private static final String BASIC = "basic.auth.user.info";
    private static final String TLS_PREFIX = "schema.registry.";
    private static final String TOPIC_NAME_STRATEGY = "TopicNameStrategy";

    /** @throws ConfigException if a setting is missing or invalid; the message names it */
    static RegistrySettings from(Map<String, ?> config) {
        List<String> urls = Arrays.stream(text(config, URL).orElse("").split(","))
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .toList();
        if (urls.isEmpty()) {
            throw new ConfigException(URL + " is not set: give the address of the schema registry");
        }
        for (String strategy : List.of("key.subject.name.strategy", "value.subject.name.strategy")) {
            if (text(config, strategy)
                    .filter(name -> !name.endsWith(TOPIC_NAME_STRATEGY))
                    .isPresent()) {
                throw new ConfigException(strategy + ": only " + TOPIC_NAME_STRATEGY + " is supported");
            }
        }
        boolean autoRegister =
                text(config, "auto.register.schemas").map(Boolean::parseBoolean).orElse(true);
        Map<String, Object> tls = new HashMap<>();
        config.forEach((name, value) -> {
            if (name.startsWith(TLS_PREFIX + "ssl.")) {
                tls.put(name.substring(TLS_PREFIX.length()), value);
            }
        });
        return new RegistrySettings(
                isMock(urls)
                        ? urls
                        : urls.stream()
                                .map(RegistrySettings::withoutCredentials)
                                .toList(),
                autoRegister,
                authorization(config, urls.get(0)),
                tls);
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return "RegistrySettings[urls=" + urls + ", autoRegister=" + autoRegister + "]";
    }

    private static Optional<String> authorization(Map<String, ?> config, String firstUrl) {
        Optional<String> bearer = text(config, "bearer.auth.credentials.source");
        if (bearer.isPresent()) {
            if (!bearer.get().equals("STATIC_TOKEN")) {
                throw new ConfigException("bearer.auth.credentials.source: only STATIC_TOKEN is supported");
            }
            return Optional.of("Bearer " + headerText("bearer.auth.token", required(config, "bearer.auth.token")));
        }
        return switch (text(config, "basic.auth.credentials.source").orElse("URL")) {
            case "USER_INFO" ->
                Optional.of(basic(text(config, BASIC)
                        .or(() -> text(config, "schema.registry.basic.auth.user.info"))
                        .orElseThrow(() -> new ConfigException(BASIC + " is not set"))));
            case "URL" ->
                Optional.ofNullable(HttpUrl.parse(firstUrl))
                        .filter(url -> !url.username().isEmpty())
                        .map(url -> Credentials.basic(url.username(), url.password(), UTF_8));
            default -> throw new ConfigException("basic.auth.credentials.source: only URL and USER_INFO are supported");
        };
    }

    private static String basic(String userInfo) {
        if (userInfo.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException(BASIC + " holds a control character, such as a line feed");
        }
        int colon = userInfo.indexOf(':');
        if (colon < 1) {
            throw new ConfigException(BASIC + " must be user:password");
        }
        return Credentials.basic(userInfo.substring(0, colon), userInfo.substring(colon + 1), UTF_8);
    }

    /** The token, checked to be valid in a header. */
    private static String headerText(String setting, String text) {
        if (text.isEmpty() || text.chars().anyMatch(letter -> letter <= ' ' || letter > '~')) {
            throw new ConfigException(
                    setting + " is empty, or holds a character that no HTTP header may have, such as a"
                            + " space, a line feed or a letter outside of ASCII");
        }
        return text;
    }

    /** Whether the single URL is that of a registry within this process. */
    private static boolean isMock(List<String> urls) {
        return urls.size() == 1 && urls.get(0).startsWith(MockRegistries.SCHEME);
    }

    private static String withoutCredentials(String url) {
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null || url.chars().anyMatch(letter -> Character.isISOControl(letter) || letter == ' ')) {
            throw new ConfigException(URL + ": " + sanitized(url) + " is not an http or https URL");
        }
        if (parsed.query() != null || parsed.fragment() != null) {
            throw new ConfigException(
                    URL + ": " + sanitized(url) + " has a query or a fragment; give the address alone");
        }
        return parsed.newBuilder().username("").password("").build().toString().replaceAll("/$", "");
    }

    private static String sanitized(String url) {
        return VisibleText.brief(url.replaceAll("(?s)//.*@", "//"));
    }

    private static String required(Map<String, ?> config, String name) {
        return text(config, name).orElseThrow(() -> new ConfigException(name + " is not set"));
    }

    /** The text of a setting, without surrounding white space such as the line feed at the end of a file. */
    private static Optional<String> text(Map<String, ?> config, String name) {
        return Optional.ofNullable(config.get(name))
                .map(value -> value instanceof List<?> list
                        ? String.join(",", list.stream().map(String::valueOf).toList())
                        : value.toString())
                .map(String::strip);
    }
}
