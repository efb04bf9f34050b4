package io.fleetcommand.token;

import java.util.Arrays;
import java.util.Locale;

/** Where tokens come from. */
enum TokenOrigin {
    CLIENT_CREDENTIALS,
    API_USER,
    STATIC;

    /** As the setting has it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String[] words() {
        return Arrays.stream(values()).map(TokenOrigin::word).toArray(String[]::new);
    }

    static TokenOrigin of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
