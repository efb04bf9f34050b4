package io.fleetcommand.service;

/** What may stand behind {@code Bearer} in a header: visible ASCII without spaces, of bounded length. */
public final class BearerText {
    private static final int MAX_LENGTH = 4_096;

    private BearerText() {}

    public static boolean isValid(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(unit -> unit > ' ' && unit < 0x7f);
    }
}
