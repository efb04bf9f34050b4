package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.request.ReplyEnvelope;
import org.apache.kafka.common.TopicPartition;

/**
 * One record that the relay has to write: a copy for a reply topic, or the note that a copy was given up.
 *
 * @param from where the copy was read
 * @param readNanos when it was read, or when its note was written
 */
record Delivery(Source from, Kind kind, ReplyEnvelope envelope, byte[] key, byte[] value, long readNanos) {
    private static final int OVERHEAD = 512;

    enum Kind {
        COPY,
        NOTE
    }

    /**
     * @param generation counts the assignments of the partition, so that what was read before the last one is told apart
     */
    record Source(TopicPartition partition, long offset, long generation) {}

    /** About what it takes in memory, the headers included. */
    long bytes() {
        return OVERHEAD
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
