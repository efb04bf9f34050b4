package io.fleetcommand.service;

/**
 * A value that is a whole file or variable, without the line feeds that an editor or {@code echo} puts at its end: within a
 * header, a password or a quoted text they would do harm.
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
