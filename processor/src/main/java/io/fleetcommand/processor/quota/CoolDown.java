package io.fleetcommand.processor.quota;

/**
 * How much of the pace is left after a 429: nothing until the rest is over, and then more in steps, so that all
 * instances together do not run into the limit again. Immutable; every instance that hears of the same 429 computes the
 * same.
 *
 * @param untilMs when the rest is over, in epoch milliseconds
 * @param stepMs how long each step on the way back takes; the next 429 within all steps makes the rest longer
 * @param repeats how many 429s in a row were met, from 1; 0 before the first
 */
public record CoolDown(long untilMs, long stepMs, int repeats) {
    /** The shares of the pace on the way back. */
    private static final double[] STEPS = {0.25, 0.5, 0.75};

    private static final long FIRST_REST_MS = 1_000;
    private static final int MAX_DOUBLINGS = 6;
    /** However long the cloud, or whoever answers in its place, asks to be left alone: the next 429 tells again. */
    static final long MAX_REST_MS = 900_000;

    /** No 429 was met. */
    public static CoolDown none(long stepMs) {
        return new CoolDown(Long.MIN_VALUE / 2, stepMs, 0);
    }

    /** The share of the pace that may be used now, 0 to 1. */
    public double share(long nowMs) {
        if (nowMs < untilMs) {
            return 0;
        }
        long step = (nowMs - untilMs) / stepMs;
        return step < STEPS.length ? STEPS[(int) step] : 1;
    }

    /** Whether the pace is less than whole. */
    public boolean isUnderWay(long nowMs) {
        return share(nowMs) < 1;
    }

    /**
     * A 429 was met. While all rest already, others that were under way say nothing new.
     *
     * @param retryAfterMs how long the cloud asked to be left alone; 0 if it did not say, and the rest then doubles with
     *     each 429 that follows on another
     */
    public CoolDown refused(long retryAfterMs, long nowMs) {
        if (nowMs < untilMs && retryAfterMs <= untilMs - nowMs) {
            return this;
        }
        int inARow =
                nowMs < untilMs ? Math.max(1, repeats) : isUnderWay(nowMs) ? Math.min(MAX_DOUBLINGS, repeats) + 1 : 1;
        long ownMs = FIRST_REST_MS << Math.min(MAX_DOUBLINGS, inARow - 1);
        long restMs = Math.min(MAX_REST_MS, retryAfterMs > 0 ? retryAfterMs : ownMs);
        return new CoolDown(Math.max(untilMs, nowMs + restMs), stepMs, inARow);
    }

    /** Of two that are known, the one that rests longer, with the steps of this one. */
    public CoolDown or(CoolDown other) {
        return other.untilMs > untilMs ? new CoolDown(other.untilMs, stepMs, other.repeats) : this;
    }
}
