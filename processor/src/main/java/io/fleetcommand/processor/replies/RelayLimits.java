package io.fleetcommand.processor.replies;

import java.time.Duration;

/**
 * What the relay holds at most, and for how long.
 *
 * @param timeout how long a copy waits for its turn, and how long its topic may then take to acknowledge it
 * @param queueMax copies that may be outstanding for one target
 */
public record RelayLimits(Duration timeout, int queueMax) {
    private static final int TARGETS_SHARE = 4;
    private static final long MAX_BYTES = 16 * 1024 * 1024;

    /** Copies that may be outstanding altogether; targets that are late have half of it. */
    int totalMax() {
        return TARGETS_SHARE * queueMax;
    }

    /** The same in bytes. */
    long totalMaxBytes() {
        return MAX_BYTES;
    }

    long queueMaxBytes() {
        return MAX_BYTES / TARGETS_SHARE;
    }

    long timeoutNanos() {
        return timeout.toNanos();
    }
}
