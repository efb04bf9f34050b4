package io.fleetcommand.processor.core.request;

/** Arithmetic with times from outside: what would overflow is the largest number, or the smallest. */
public final class SaturatedMath {
    private SaturatedMath() {}

    public static long sum(long one, long other) {
        long sum = one + other;
        boolean overflows = ((one ^ sum) & (other ^ sum)) < 0;
        return overflows ? end(one) : sum;
    }

    public static long difference(long one, long other) {
        long difference = one - other;
        boolean overflows = ((one ^ other) & (one ^ difference)) < 0;
        return overflows ? end(one) : difference;
    }

    private static long end(long sign) {
        return sign < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
