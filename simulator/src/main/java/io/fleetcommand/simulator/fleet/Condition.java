package io.fleetcommand.simulator.fleet;

import java.util.Locale;

/** How a device responds to calls. */
public enum Condition {
    ONLINE,
    /** Not connected; the cloud detects it at once, or after the lag of its online flag. */
    OFFLINE,
    /** Connected as far as the cloud knows, but without response. */
    SILENT,
    /** Asleep but connected: the first call wakes it up and takes longer. */
    SLEEPING,
    /** Loses a fraction of the calls, some before and some after execution. */
    FLAKY;

    /** The name in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such condition */
    public static Condition of(String word) {
        for (var condition : values()) {
            if (condition.word().equals(word)) {
                return condition;
            }
        }
        throw new IllegalArgumentException(
                "'" + word + "' is not a condition: write online, offline, silent, sleeping or flaky");
    }
}
