package io.fleetcommand.token;

import java.util.Arrays;
import java.util.Locale;

/** The kind of source that tokens come from. */
enum TokenOrigin {
    CLIENT_CREDENTIALS,
    API_USER,
    STATIC;

    /** The value of {@code token.source} that selects it. */
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
