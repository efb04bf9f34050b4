package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.request.ReplyEnvelope;
import org.apache.kafka.common.TopicPartition;

/**
 * A record that the relay has to send: a copy for a reply topic, or the note that a copy was given up.
 *
 * @param from the source of the copy
 * @param readNanos when the copy was read, or its note was created
 */
record Delivery(Source from, Kind kind, ReplyEnvelope envelope, byte[] key, byte[] value, long readNanos) {
    private static final int OVERHEAD_BYTES = 512;

    enum Kind {
        COPY,
        NOTE
    }

    /** @param generation number of the assignment of the partition, which tells apart copies read before a rebalance */
    record Source(TopicPartition partition, long offset, long generation) {}

    /** Approximate memory use, headers included. */
    long bytes() {
        return OVERHEAD_BYTES
                + key.length
                + value.length
                + envelope.to().echoed().stream()
                        .mapToLong(header -> header.bytes().length)
                        .sum();
    }

    Delivery asNote(byte[] note, long nowNanos) {
        return new Delivery(from, Kind.NOTE, envelope, key, note, nowNanos);
    }
}
