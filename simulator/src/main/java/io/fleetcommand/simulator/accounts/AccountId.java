package io.fleetcommand.simulator.accounts;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Derives the id of an account from its name: 24 hexadecimal digits. */
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
