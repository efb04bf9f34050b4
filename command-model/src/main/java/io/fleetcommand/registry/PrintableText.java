package io.fleetcommand.registry;

/** Escapes untrusted text for messages: short, on one line, without control characters. */
final class PrintableText {
    private static final int MAX_CHARS = 300;

    private PrintableText() {}

    /** The text, truncated, with each invisible character escaped, such as {@code \}{@code u000a}. */
    static String of(String untrusted) {
        StringBuilder visible = new StringBuilder(Math.min(MAX_CHARS, untrusted.length()) + 16);
        int at = 0;
        while (at < untrusted.length() && visible.length() < MAX_CHARS) {
            int codePoint = untrusted.codePointAt(at);
            if (isVisible(codePoint)) {
                visible.appendCodePoint(codePoint);
            } else {
                visible.append(String.format("\\u%04x", codePoint));
            }
            at += Character.charCount(codePoint);
        }
        return at < untrusted.length() ? visible.append('…').toString() : visible.toString();
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
