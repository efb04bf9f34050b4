package io.fleetcommand.processor.quota;

import io.fleetcommand.service.Backoff;
import java.time.Duration;

/**
 * The cool-down after a 429: no calls until it ends, and then the rate rises in steps, so that all instances together
 * do not run into the limit again. Immutable. Every instance that receives the same 429 computes the same cool-down.
 *
 * @param untilMs when calls are allowed again, in epoch milliseconds
 * @param stepMs how long each step of the recovery lasts; a 429 during the recovery makes the next cool-down longer
 * @param repeats how many 429s in a row were met, from 1; 0 before the first
 */
public record CoolDown(long untilMs, long stepMs, int repeats) {
    /** The shares of the full rate during the recovery. */
    private static final double[] STEPS = {0.25, 0.5, 0.75};

    private static final Backoff WITHOUT_RETRY_AFTER = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(64));
    /** From this many 429s in a row on the cool-down is the longest one. */
    private static final int MAX_REPEATS = 7;
    /**
     * The longest cool-down, whatever Retry-After asks for: if calls are still refused after it, the next 429 starts
     * another.
     */
    static final long MAX_COOL_DOWN_MS = 900_000;

    /** No 429 was met yet. */
    public static CoolDown none(long stepMs) {
        return new CoolDown(Long.MIN_VALUE / 2, stepMs, 0);
    }

    /** The share of the full rate that may be used now, 0 to 1. */
    public double share(long nowMs) {
        if (nowMs < untilMs) {
            return 0;
        }
        long step = (nowMs - untilMs) / stepMs;
        return step < STEPS.length ? STEPS[(int) step] : 1;
    }

    /** Whether the rate is still reduced. */
    public boolean isActive(long nowMs) {
        return share(nowMs) < 1;
    }

    /**
     * Returns the cool-down after a 429. During a cool-down, 429s of calls that were in flight already change nothing
     * unless they ask for more time.
     *
     * @param retryAfterMs how long the cloud asked to wait; 0 if it did not say, and the cool-down then doubles with
     *     each 429 in a row
     */
    public CoolDown throttled(long retryAfterMs, long nowMs) {
        if (nowMs < untilMs && retryAfterMs <= untilMs - nowMs) {
            return this;
        }
        int consecutive =
                nowMs < untilMs ? Math.max(1, repeats) : isActive(nowMs) ? Math.min(MAX_REPEATS, repeats + 1) : 1;
        long defaultMs = WITHOUT_RETRY_AFTER.delayMs(consecutive, 0);
        long durationMs = Math.min(MAX_COOL_DOWN_MS, retryAfterMs > 0 ? retryAfterMs : defaultMs);
        return new CoolDown(Math.max(untilMs, nowMs + durationMs), stepMs, consecutive);
    }

    /** Returns the one of two cool-downs that ends later, with the step length of this one. */
    public CoolDown longer(CoolDown other) {
        return other.untilMs > untilMs ? new CoolDown(other.untilMs, stepMs, other.repeats) : this;
    }
}
