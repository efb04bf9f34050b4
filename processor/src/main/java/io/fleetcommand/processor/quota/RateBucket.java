package io.fleetcommand.processor.quota;

import java.util.concurrent.TimeUnit;

/**
 * The calls that one instance may make now: the pooled shares of all it owns, and nothing of what it does not. It starts
 * empty, a share that is added brings nothing with it, and one that leaves takes away what no longer fits. So shares may
 * move at any time between instances without a call being counted twice. Nanosecond arithmetic, apart from any waiting;
 * not safe for use by many threads.
 */
final class RateBucket {
    /**
     * Who slept longer than this starts empty. A stopped process may have lost its shares meanwhile, and others spend
     * them; this is shorter than any session time-out after which that can happen.
     */
    static final long LONGEST_SLEEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private double perNano;
    private double capacity;
    private double level;
    private long atNanos;

    RateBucket(long nowNanos) {
        this.atNanos = nowNanos;
    }

    /** From now on this much flows in, and no more than this is kept. */
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

    /** How many calls there will be after a while, if none is made. */
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

    /** One that was taken was not made. */
    void release() {
        level = Math.min(capacity, level + 1);
    }

    /** How long until the level is reached; 0 if it is, and {@link Long#MAX_VALUE} if it never will be. */
    long nanosUntil(double wanted, long nowNanos) {
        fill(nowNanos);
        if (level >= wanted) {
            return 0;
        }
        return wanted > capacity || perNano <= 0 ? Long.MAX_VALUE : (long) Math.ceil((wanted - level) / perNano);
    }

    private void fill(long nowNanos) {
        long passed = nowNanos - atNanos;
        level = passed > LONGEST_SLEEP_NANOS ? 0 : Math.min(capacity, level + passed * perNano);
        atNanos = nowNanos;
    }
}
