package io.fleetcommand.service;

/**
 * Strips the trailing line feeds that an editor or {@code echo} adds to a file or a variable: they would break a
 * header, a password or a quoted text.
 */
final class WithoutFinalLineFeed {
    private WithoutFinalLineFeed() {}

    static String of(String value) {
        int end = value.length();
        while (end > 0 && (value.charAt(end - 1) == '\n' || value.charAt(end - 1) == '\r')) {
            end--;
        }
        return value.substring(0, end);
    }
}
