package io.fleetcommand.processor.calls;

import java.util.Comparator;

/** A time at which a request or a device is to be looked at. */
record Mark(long atMs, String id) implements Comparable<Mark> {
    private static final Comparator<Mark> BY_TIME =
            Comparator.comparingLong(Mark::atMs).thenComparing(Mark::id);

    static Mark of(Item item) {
        return new Mark(item.wakeMs(), item.requestId());
    }

    @Override
    public int compareTo(Mark other) {
        return BY_TIME.compare(this, other);
    }
}
