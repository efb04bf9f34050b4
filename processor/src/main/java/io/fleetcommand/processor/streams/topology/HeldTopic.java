package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.streams.codec.InboundRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * The index of one topic's held records: a queue of them for each key, and the schemas that the queues wait for.
 * Bounded in number and bytes. Confined to the task's stream thread.
 */
final class HeldTopic {
    /** Maximum number of held records. */
    static final int MAX_RECORDS = 5_000;

    private static final long MAX_BYTES = 16 * 1024 * 1024;
    /** Schema ids checked at once. */
    private static final int SCHEMAS_PER_CHECK = 50;

    /** Queues by key hash. */
    private final Map<Long, KeyQueue> queues = new HashMap<>();
    /** Queues by the schema id that the first record of each waits for; the next id to check comes first. */
    private final Map<Integer, Deque<KeyQueue>> waiting = new LinkedHashMap<>();
    /** Queues whose first record may be processed. */
    private final Deque<KeyQueue> ready = new ArrayDeque<>();

    private int records;
    private long bytes;

    /** The held records of one key hash, by their sequences in the store. */
    static final class KeyQueue {
        private final long hash;
        private final Deque<Long> sequences = new ArrayDeque<>();

        private KeyQueue(long hash) {
            this.hash = hash;
        }

        /** Sequence of the first record. */
        long first() {
            return sequences.element();
        }
    }

    int size() {
        return records;
    }

    boolean isEmpty() {
        return records == 0;
    }

    /** Whether a record with this key must be held behind an earlier one. */
    boolean isBlocked(byte[] key) {
        return queues.containsKey(hash(key));
    }

    boolean hasRoomFor(InboundRecord inbound) {
        return records < MAX_RECORDS && bytes + bytes(inbound) <= MAX_BYTES;
    }

    /** @param schemaId the schema that the record waits for; empty if it only waits for earlier records */
    void add(InboundRecord inbound, long sequence, OptionalInt schemaId) {
        records++;
        bytes += bytes(inbound);
        long hash = hash(inbound.key());
        KeyQueue queue = queues.get(hash);
        if (queue == null) {
            queue = new KeyQueue(hash);
            queues.put(hash, queue);
            enqueue(queue, schemaId);
        }
        queue.sequences.add(sequence);
    }

    /** Makes queues ready whose schemas are no longer pending; checks a bounded number of schemas. */
    void checkSchemas(IntPredicate isPending) {
        for (int checks = Math.min(SCHEMAS_PER_CHECK, waiting.size()); checks > 0; checks--) {
            int schemaId = waiting.keySet().iterator().next();
            Deque<KeyQueue> waitingForIt = waiting.remove(schemaId);
            if (isPending.test(schemaId)) {
                waiting.put(schemaId, waitingForIt);
            } else {
                ready.addAll(waitingForIt);
            }
        }
    }

    /** Takes the next queue whose first record may be processed; {@link #done} or {@link #enqueue} gives it back. */
    Optional<KeyQueue> nextReady() {
        return Optional.ofNullable(ready.poll());
    }

    /** The first record of a queue has been processed. */
    void done(KeyQueue queue, InboundRecord inbound) {
        records--;
        bytes -= bytes(inbound);
        queue.sequences.remove();
        if (queue.sequences.isEmpty()) {
            queues.remove(queue.hash);
        } else {
            ready.add(queue);
        }
    }

    /** @param schemaId the schema that the first record of the queue waits for, if any */
    void enqueue(KeyQueue queue, OptionalInt schemaId) {
        if (schemaId.isPresent()) {
            waiting.computeIfAbsent(schemaId.getAsInt(), absent -> new ArrayDeque<>())
                    .add(queue);
        } else {
            ready.add(queue);
        }
    }

    private static long bytes(InboundRecord inbound) {
        return inbound.key().length + inbound.value().length + inbound.headerBytes();
    }

    /** FNV-1a. Two keys with the same hash share a queue, which delays them and has no other effect. */
    private static long hash(byte[] key) {
        long hash = 0xcbf29ce484222325L;
        for (byte part : key) {
            hash = (hash ^ part) * 0x100000001b3L;
        }
        return hash;
    }
}
