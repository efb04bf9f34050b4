package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import java.util.OptionalInt;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The held journal events, in the order of the journal. Their number has no limit, since no event may be skipped; they
 * need no index in memory. Confined to the task's stream thread.
 */
final class HeldJournal {
    private final KeyValueStore<Bytes, InboundRecord> store;
    private final SchemaLookups schemas;
    private final String topic;
    private final RecordStep step;
    /** Sequence of the first held event, and of the next one that will be held. */
    private long head;

    private long tail;
    /** The schema that the first held event waits for, as far as is known. */
    private OptionalInt awaitedSchema = OptionalInt.empty();

    HeldJournal(KeyValueStore<Bytes, InboundRecord> store, SchemaLookups schemas, String topic, RecordStep step) {
        this.store = store;
        this.schemas = schemas;
        this.topic = topic;
        this.step = step;
    }

    /** Finds the events that an earlier task held. */
    void restore() {
        Bytes first = HeldRecordKey.ofJournal(0);
        Bytes last = HeldRecordKey.ofJournal(Long.MAX_VALUE);
        head = Math.max(0, firstSequence(store.range(first, last)));
        tail = firstSequence(store.reverseRange(first, last)) + 1;
    }

    /** The sequence of the first key; -1 if there is none. */
    private static long firstSequence(KeyValueIterator<Bytes, InboundRecord> keys) {
        try (keys) {
            return keys.hasNext() ? HeldRecordKey.sequence(keys.peekNextKey()) : -1;
        }
    }

    boolean isEmpty() {
        return size() == 0;
    }

    long size() {
        return tail - head;
    }

    void add(InboundRecord inbound, OptionalInt schemaId) {
        if (isEmpty()) {
            awaitedSchema = schemaId;
        }
        store.put(HeldRecordKey.ofJournal(tail++), inbound);
    }

    /** Processes up to this many events, until one has to wait. */
    void process(int max, long nowMs) {
        for (int done = 0; done < max && !isEmpty(); done++) {
            if (awaitedSchema.isPresent() && schemas.isPending(topic, awaitedSchema.getAsInt())) {
                return;
            }
            awaitedSchema = step.process(store.get(HeldRecordKey.ofJournal(head)), nowMs);
            if (awaitedSchema.isPresent()) {
                return;
            }
            store.delete(HeldRecordKey.ofJournal(head));
            head++;
        }
    }
}
