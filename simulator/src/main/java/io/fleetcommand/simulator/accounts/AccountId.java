package io.fleetcommand.simulator.accounts;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The number that an account has beside its name: 24 hexadecimal digits, always the same for one name. */
public final class AccountId {
    private static final int DIGITS = 24;

    private AccountId() {}

    public static String of(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, DIGITS);
    }
}
