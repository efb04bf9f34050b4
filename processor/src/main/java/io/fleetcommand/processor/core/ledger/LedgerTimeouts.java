package io.fleetcommand.processor.core.ledger;

import java.util.Objects;

/**
 * The durations that the rules use, in milliseconds.
 *
 * @param callTimeoutMs how long a call can take at most
 * @param leaseMarginMs how long after its claim a call may still be started; the lease is the sum of both
 * @param appendAgainMs after how long an event that was not read back is appended again
 * @param retentionMs how long results are kept
 * @param valueRetentionMs how long values of variables are cached, for polls that accept older values
 * @param backoff between attempts of a request, and for a device whose calls fail because of the cloud
 * @param deviceBackoff for a device that does not answer
 */
public record LedgerTimeouts(
        long callTimeoutMs,
        long leaseMarginMs,
        long appendAgainMs,
        long retentionMs,
        long valueRetentionMs,
        RetryDelay backoff,
        RetryDelay deviceBackoff) {
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
