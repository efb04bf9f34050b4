package io.fleetcommand.processor.quota;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket: the calls that one instance may make now, from the pooled shares that it owns. It starts empty; a
 * share that is added brings no calls with it, and one that leaves takes away what no longer fits. So shares may move
 * between instances at any time without a call being counted twice. Pure arithmetic in nanoseconds: it never waits. Not
 * thread-safe.
 */
final class RateBucket {
    /**
     * A bucket that was not read for longer than this starts empty. A suspended process may have lost its shares
     * meanwhile, and other instances spend them; this is shorter than any session timeout after which that can happen.
     */
    static final long MAX_GAP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private double perNano;
    private double capacity;
    private double level;
    private long updatedNanos;

    RateBucket(long nowNanos) {
        this.updatedNanos = nowNanos;
    }

    /** Sets the inflow and the capacity from now on; calls that no longer fit are lost. */
    void resize(double newPerNano, double newCapacity, long nowNanos) {
        fill(nowNanos);
        perNano = newPerNano;
        capacity = newCapacity;
        level = Math.min(level, capacity);
    }

    double capacity() {
        return capacity;
    }

    double level(long nowNanos) {
        fill(nowNanos);
        return level;
    }

    /** The level after a while, if no call is taken. */
    double levelAfter(long aheadNanos, long nowNanos) {
        fill(nowNanos);
        return level + perNano * aheadNanos;
    }

    /** Takes one call; the level must hold it. */
    void take() {
        if (level < 1) {
            throw new IllegalStateException("no call is available");
        }
        level -= 1;
    }

    /** Returns a call that was taken and not made. */
    void release() {
        level = Math.min(capacity, level + 1);
    }

    /**
     * How long until the level reaches {@code wanted}; 0 if it does already, and {@link Long#MAX_VALUE} if it never
     * will.
     */
    long nanosUntil(double wanted, long nowNanos) {
        fill(nowNanos);
        if (level >= wanted) {
            return 0;
        }
        return wanted > capacity || perNano <= 0 ? Long.MAX_VALUE : (long) Math.ceil((wanted - level) / perNano);
    }

    private void fill(long nowNanos) {
        long elapsedNanos = nowNanos - updatedNanos;
        level = elapsedNanos > MAX_GAP_NANOS ? 0 : Math.min(capacity, level + elapsedNanos * perNano);
        updatedNanos = nowNanos;
    }
}
