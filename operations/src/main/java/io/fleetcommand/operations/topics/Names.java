package io.fleetcommand.operations.topics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the placeholders in the files stand for.
 *
 * @param prefix for {@code ${prefix}}: what the names of all topics begin with
 * @param application for {@code ${application}}: the processors' application id
 */
public record Names(String prefix, String application) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    /** @throws IllegalArgumentException if the text has any other placeholder */
    String resolve(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "prefix" -> prefix;
                            case "application" -> application;
                            default ->
                                throw new IllegalArgumentException("there is no " + found.group() + " in " + text
                                        + ": write ${prefix} or ${application}");
                        }));
    }
}
