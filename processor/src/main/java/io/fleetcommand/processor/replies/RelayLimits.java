package io.fleetcommand.processor.replies;

import java.time.Duration;

/**
 * Limits of the copies that the relay buffers.
 *
 * @param timeout how long a copy waits to be sent, and how long its topic may then take to acknowledge it
 * @param queueMax maximum number of outstanding copies per target
 */
public record RelayLimits(Duration timeout, int queueMax) {
    private static final int TARGETS_SHARE = 4;
    private static final long MAX_BYTES = 16 * 1024 * 1024;

    /** Maximum number of outstanding copies; slow targets get half of it. */
    int totalMax() {
        return TARGETS_SHARE * queueMax;
    }

    /** Maximum size of the outstanding copies in bytes; slow targets get half of it. */
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
