package io.fleetcommand.processor.core.ledger;

import java.util.Objects;

/**
 * The times the rules work with.
 *
 * @param callTimeoutMs how long a call can take at most
 * @param leaseMarginMs how long after its claim a call may still be started; the lease is the sum of both
 * @param appendAgainMs after how long a record that was not read back is appended again
 * @param retentionMs how long answers are remembered
 * @param valueRetentionMs how long what a device said is remembered, for polls that take older values
 * @param backoff how long a request rests after a failed attempt, and its device if its calls fail by the cloud's fault
 * @param deviceBackoff how long a device rests that did not answer
 */
public record LedgerTimeouts(
        long callTimeoutMs,
        long leaseMarginMs,
        long appendAgainMs,
        long retentionMs,
        long valueRetentionMs,
        Backoff backoff,
        Backoff deviceBackoff) {
    public LedgerTimeouts {
        Objects.requireNonNull(backoff);
        Objects.requireNonNull(deviceBackoff);
        if (callTimeoutMs <= 0
                || leaseMarginMs <= 0
                || appendAgainMs <= 0
                || retentionMs <= 0
                || valueRetentionMs <= 0) {
            throw new IllegalArgumentException("all times must be above 0");
        }
    }

    long leaseMs() {
        return callTimeoutMs + leaseMarginMs;
    }
}
