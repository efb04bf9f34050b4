package io.fleetcommand.simulator.fleet;

import java.util.Locale;

/** How a device answers. */
public enum Condition {
    ONLINE,
    /** Not connected; the cloud knows at once, or after the lag of its online flag. */
    OFFLINE,
    /** Connected as far as the cloud knows, but no answer comes. */
    SILENT,
    /** Asleep with its network awake: the first call wakes it and takes longer. */
    SLEEPING,
    /** Loses a share of the calls, some before and some after running them. */
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
