package io.fleetcommand.service;

/** The syntax of a bearer token: visible ASCII without spaces, of bounded length. */
public final class BearerText {
    private static final int MAX_LENGTH = 4_096;

    /** The fault of a setting that holds no valid bearer token, to follow its name. */
    public static final String FAULT =
            ": holds a character that no HTTP header may have, such as a space, a line feed or a letter outside of ASCII,"
                    + " or is longer than " + MAX_LENGTH + " characters";

    private BearerText() {}

    public static boolean isValid(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(unit -> unit > ' ' && unit < 0x7f);
    }
}
