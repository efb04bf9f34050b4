package io.fleetcommand.service;

import java.util.regex.Pattern;

/**
 * Text from outside, made fit to be shown: in a log line, a message or on a terminal. Characters that do something
 * instead of being seen (line ends, escape sequences, changes of the writing direction, invisible ones) are written as
 * {@code \n} or {@code \}{@code u001B}, and long text is cut. Applied twice it changes nothing more.
 */
public final class VisibleText {
    /** Controls, invisible format characters, line and paragraph separators, halves of surrogate pairs. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    private static final char CUT = '…';

    private VisibleText() {}

    /** Whether the text can be shown as it is. */
    public static boolean isVisible(String text) {
        return !UNSEEN.matcher(text).find();
    }

    /** All of the text. */
    public static String of(String text) {
        return isVisible(text) ? text : escaped(text);
    }

    /**
     * The text, or the beginning of a longer one.
     *
     * @param maxLength how many characters are given at most; a cut text ends with an ellipsis, which is one of them
     */
    public static String of(String text, int maxLength) {
        // No character becomes shorter, so that a little more than this is enough, however long the text is.
        String visible = of(start(text, maxLength + 2));
        return visible.length() <= maxLength ? visible : start(visible, maxLength - 1) + CUT;
    }

    /** Never ends with half of a pair. */
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
