package io.fleetcommand.token;

import java.util.Arrays;
import java.util.Locale;

/** Where tokens come from. */
enum TokenOrigin {
    CLIENT_CREDENTIALS,
    API_USER,
    STATIC;

    /** As the setting has it. */
    String settingValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String[] settingValues() {
        return Arrays.stream(values()).map(TokenOrigin::settingValue).toArray(String[]::new);
    }

    static TokenOrigin of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
