package io.fleetcommand.service;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The names of a service's settings. Immutable.
 *
 * @param names the names of its definition
 * @param passThrough prefixes, such as {@code "streams."}, of settings that are passed to a library unchecked
 */
public record SettingNames(Set<String> names, Set<String> passThrough) {
    private static final String VARIABLE_PREFIX = "FLEET_";
    /** Only one typing error is tolerated in a shorter name. */
    private static final int SHORT_NAME = 6;

    /** An even shorter name is not compared: it is similar to any other. */
    private static final int MIN_COMPARED = 3;

    private static final int MAX_TYPOS = 2;

    public SettingNames {
        names = Set.copyOf(names);
        passThrough = Set.copyOf(passThrough);
    }

    /** Whether the service has the setting, or passes it to a library. */
    public boolean has(String name) {
        return names.contains(name) || passThrough.stream().anyMatch(name::startsWith);
    }

    /**
     * The setting that an unknown name is probably a misspelling of: the nearest with at most two typing errors (one if
     * the name is short), ignoring dots. Empty if there is none.
     */
    public Optional<String> meantBy(String unknown) {
        String typed = withoutDots(unknown);
        if (typed.length() < MIN_COMPARED) {
            return Optional.empty();
        }
        int allowed = typed.length() < SHORT_NAME ? 1 : MAX_TYPOS;
        Optional<String> name = names.stream()
                .filter(known -> TypingErrors.between(typed, withoutDots(known), allowed) <= allowed)
                .min(Comparator.<String>comparingInt(known -> TypingErrors.between(typed, withoutDots(known), allowed))
                        .thenComparing(Comparator.naturalOrder()));
        return name.or(() -> passThrough.stream()
                .sorted()
                .flatMap(prefix -> withPrefix(unknown, prefix).stream())
                .findFirst());
    }

    /** The name of the setting that an environment variable sets; empty if it lacks the prefix {@code FLEET_}. */
    static Optional<String> ofVariable(String variable) {
        return variable.startsWith(VARIABLE_PREFIX)
                ? Optional.of(variable.substring(VARIABLE_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.'))
                : Optional.empty();
    }

    /** The environment variable that sets a setting. */
    static String variable(String name) {
        return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The name with its prefix corrected, if that is one typing error away from the given pass-through prefix. */
    private static Optional<String> withPrefix(String unknown, String prefix) {
        long words = prefix.chars().filter(letter -> letter == '.').count();
        int end = -1;
        for (long word = 0; word < words; word++) {
            end = unknown.indexOf('.', end + 1);
            if (end < 0) {
                return Optional.empty();
            }
        }
        return TypingErrors.between(unknown.substring(0, end + 1), prefix, 1) == 1
                ? Optional.of(prefix + unknown.substring(end + 1))
                : Optional.empty();
    }

    private static String withoutDots(String name) {
        return name.replace(".", "");
    }
}
