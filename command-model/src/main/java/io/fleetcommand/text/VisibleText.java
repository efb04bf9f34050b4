package io.fleetcommand.text;

import java.util.regex.Pattern;

/**
 * Escapes untrusted text for a log line, a message or a terminal. Control and invisible characters (line ends, escape
 * sequences, changes of the writing direction) are written as {@code \n} or {@code \}{@code u001B}, and long text is
 * truncated. Idempotent.
 */
public final class VisibleText {
    /** Controls, format characters, line and paragraph separators, unpaired surrogates. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    private static final char ELLIPSIS = '…';
    private static final int BRIEF_LENGTH = 300;

    private VisibleText() {}

    /** Whether the text needs no escapes. */
    public static boolean isVisible(String text) {
        return !INVISIBLE.matcher(text).find();
    }

    /** The whole text, escaped. */
    public static String of(String text) {
        return isVisible(text) ? text : escaped(text);
    }

    /**
     * The text, escaped and truncated.
     *
     * @param maxLength maximum length in characters, including the ellipsis at the end of a truncated text
     */
    public static String of(String text, int maxLength) {
        // Escapes only lengthen the text, so only a little more than maxLength needs to be escaped.
        String visible = of(start(text, maxLength + 2));
        return visible.length() <= maxLength ? visible : start(visible, maxLength - 1) + ELLIPSIS;
    }

    /** The text, escaped and truncated to a length that suits a message. */
    public static String brief(String text) {
        return of(text, BRIEF_LENGTH);
    }

    /** Does not split a surrogate pair. */
    private static String start(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    private static String escaped(String text) {
        StringBuilder visible = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            String character = Character.toString(point);
            if (isVisible(character)) {
                visible.append(character);
            } else {
                visible.append(escape(point, character));
            }
        });
        return visible.toString();
    }

    private static String escape(int point, String character) {
        return switch (point) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
                StringBuilder units = new StringBuilder();
                character.chars().forEach(unit -> units.append(String.format("\\u%04X", unit)));
                yield units.toString();
            }
        };
    }
}
