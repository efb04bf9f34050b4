package io.fleetcommand.service;

import io.fleetcommand.text.VisibleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Resolves references such as {@code ${file:/run/secrets/p:key}} in the values of settings. Kafka leaves an
 * unresolvable reference unchanged, so that its text becomes the secret; here every reference must resolve. Resolved
 * values are not resolved again: a secret may contain any text.
 */
final class SettingReferences {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)(}?)");

    /** Text that no reference contains: if it occurs before the closing brace, the reference is not closed. */
    private static final Pattern NOT_IN_REFERENCE = Pattern.compile("[\"'\\p{Cntrl}]|\\$\\{");

    private static final Pattern SECRET =
            Pattern.compile("(^|[._-])(secrets?|passwords?|tokens?|keys?|credentials?|jaas|user\\.info)([._-]|$)");

    private static final String CLIENTS_PROVIDERS = "config.providers";
    private static final String KNOWN = "; there are "
            + String.join(
                    ", ",
                    Arrays.stream(ReferenceSource.values())
                            .map(ReferenceSource::syntax)
                            .toList());

    private final Map<String, String> settings;

    private SettingReferences(Map<String, String> settings) {
        this.settings = settings;
    }

    /** @throws InvalidSettings if a reference does not resolve; the message names every such setting, and no secret */
    static Map<String, String> resolve(Map<String, String> settings) {
        SettingReferences references = new SettingReferences(settings);
        Map<String, String> resolved = new HashMap<>();
        List<String> faults = new ArrayList<>();
        new TreeMap<>(settings).forEach((name, value) -> {
            try {
                resolved.put(name, references.resolve(name, value));
            } catch (ConfigException fault) {
                faults.add(name + ": " + fault.getMessage());
            }
        });
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return resolved;
    }

    private String resolve(String name, String value) {
        return REFERENCE
                .matcher(value)
                .replaceAll(found -> Matcher.quoteReplacement(
                        resolve(name, found.group(1), !found.group(2).isEmpty())));
    }

    private String resolve(String name, String body, boolean closed) {
        String text = "${" + body + (closed ? "}" : "");
        int colon = body.indexOf(':');
        String provider = body.substring(0, Math.max(colon, 0));
        Optional<ReferenceSource> source = ReferenceSource.named(provider);
        if (source.isPresent()) {
            if (!closed || NOT_IN_REFERENCE.matcher(body).find()) {
                throw new ConfigException("a reference ${" + provider + ": is not closed; write "
                        + source.get().syntax() + ", and none within another");
            }
            return fetch(source.get(), body.substring(colon + 1), text);
        }
        if (closed && colon > 0 && isResolvedByClients(name, provider)) {
            return text;
        }
        if (SECRET.matcher(name).find()) {
            // The text may be part of a password, so it is not shown.
            throw new ConfigException("a ${ in it begins no reference that is known" + KNOWN
                    + ". A secret that itself holds ${ goes into a file, and a reference here");
        }
        if (closed && colon > 0) {
            throw new ConfigException("there is no provider " + VisibleText.of(provider) + KNOWN);
        }
        return text;
    }

    private static String fetch(ReferenceSource source, String body, String reference) {
        try {
            return source.value(body);
        } catch (ConfigException unresolved) {
            throw new ConfigException(VisibleText.of(reference) + " cannot be resolved: " + unresolved.getMessage());
        }
    }

    /** Whether {@code config.providers} under the same prefix names the provider: then Kafka's clients resolve it. */
    private boolean isResolvedByClients(String name, String provider) {
        return settings.entrySet().stream()
                .filter(setting -> setting.getKey().endsWith(CLIENTS_PROVIDERS))
                .filter(setting -> name.startsWith(
                        setting.getKey().substring(0, setting.getKey().length() - CLIENTS_PROVIDERS.length())))
                .flatMap(setting -> Arrays.stream(setting.getValue().split(",")))
                .anyMatch(named -> named.strip().equals(provider));
    }
}
