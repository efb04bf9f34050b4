package io.fleetcommand.processor.core.request;

import java.time.Instant;

/**
 * Saturating arithmetic for times from outside: a result that would overflow is {@link Long#MAX_VALUE} or
 * {@link Long#MIN_VALUE}.
 */
public final class SaturatedMath {
    private SaturatedMath() {}

    public static long sum(long one, long other) {
        long sum = one + other;
        boolean overflows = ((one ^ sum) & (other ^ sum)) < 0;
        return overflows ? saturated(one) : sum;
    }

    public static long difference(long one, long other) {
        long difference = one - other;
        boolean overflows = ((one ^ other) & (one ^ difference)) < 0;
        return overflows ? saturated(one) : difference;
    }

    /** Epoch milliseconds. */
    public static long epochMs(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException overflow) {
            return saturated(time.getEpochSecond());
        }
    }

    private static long saturated(long sign) {
        return sign < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
