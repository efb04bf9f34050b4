package io.fleetcommand.processor.core.request;

import java.util.Comparator;
import java.util.Objects;

/**
 * Who takes turns: the topic that a request was read from, and one of a fixed number of buckets of the requesters that
 * are named in it. Kafka vouches for the topic; a requester is a text that anybody may choose. So there are few turns,
 * and few queues at a device, however many requesters are named.
 *
 * @param topic that the requests were read from
 * @param bucket from 0 to {@link #BUCKETS} - 1; requesters that share one share its turns
 */
public record Requester(String topic, int bucket) implements Comparable<Requester> {
    /** Buckets of each topic. */
    public static final int BUCKETS = 16;
    /** Stands for all of them, in queues whose order does not depend on who asks. */
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
