package io.fleetcommand.processor.core.request;

import java.util.Comparator;
import java.util.Objects;

/**
 * Identifies whose requests take turns: the topic that a request was read from, and one of a fixed number of buckets
 * for the requesters named in it. Kafka authenticates writers of the topic, but the requester is free text that any
 * caller can choose. So the number of turns, and of queues at a device, is bounded however many requesters are named.
 *
 * @param topic the topic that the requests were read from
 * @param bucket from 0 to {@link #BUCKETS} - 1; requesters in the same bucket share its turns
 */
public record Requester(String topic, int bucket) implements Comparable<Requester> {
    /** The number of buckets of each topic. */
    public static final int BUCKETS = 16;
    /** Stands for all requesters, in queues whose order does not depend on the requester. */
    public static final Requester ANY = new Requester("", 0);

    private static final Comparator<Requester> ORDER = Comparator.<Requester>comparingInt(
                    requester -> requester.topic().length())
            .thenComparing(Requester::topic)
            .thenComparingInt(Requester::bucket);

    public Requester {
        Objects.requireNonNull(topic);
    }

    public static Requester of(Request request) {
        return new Requester(request.source(), Math.floorMod(request.requester().hashCode(), BUCKETS));
    }

    @Override
    public int compareTo(Requester other) {
        return ORDER.compare(this, other);
    }
}
