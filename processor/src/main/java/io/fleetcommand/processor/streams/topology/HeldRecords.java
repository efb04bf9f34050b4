package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.registry.WireFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds records in a state store until the schema registry has supplied their schemas. Records of one topic with the
 * same key stay in order, so that a held record blocks only later records of its own device; others overtake it. The
 * journal is ordered as a whole: a held journal event blocks all later ones.
 *
 * <p>The number of held records per topic, and so their index in memory, is limited. The journal has no limit, since no
 * event may be skipped, and needs no index. Confined to the task's stream thread.
 */
final class HeldRecords {
    /** Records by read order, journal events in a key range of their own. */
    static final String STORE = "held-records";
    /** Maximum number of held records per topic and task. */
    static final int MAX_PER_TOPIC = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(HeldRecords.class);
    private static final long MAX_BYTES_PER_TOPIC = 16 * 1024 * 1024;
    private static final byte JOURNAL = 0;
    private static final byte OTHERS = 1;

    /** Schema ids checked per topic and step. */
    private static final int SCHEMAS_PER_CHECK = 50;
    /** Interval of the schema checks: a task ticks a thousand times a second, and there are many tasks. */
    private static final long CHECK_INTERVAL_MS = 20;
    /** Records processed per topic and step. */
    private static final int RECORDS_PER_STEP = 50;
    /** Held journal events processed for each one that is added, so that the backlog shrinks. */
    private static final int EVENTS_PER_ADDED = 10;

    private static final Duration WARNING_INTERVAL = Duration.ofSeconds(10);

    private final KeyValueStore<Bytes, InboundRecord> store;
    private final SchemaLookups schemas;
    private final Map<String, Source> sources;
    private final Handling handling;
    private final RequestObserver observer;

    private final String journal;
    private final Map<String, TopicQueues> topics = new HashMap<>();
    private final Map<Source, Integer> reported = new EnumMap<>(Source.class);
    private long nextSequence;
    private long journalHead;
    private long journalTail;
    private OptionalInt journalAwaitedSchema = OptionalInt.empty();
    private long nextCheckMs;
    private OptionalLong warnsAtMs = OptionalLong.empty();

    /**
     * @param journal the journal topic, whose order is kept as a whole
     * @param sources the source of each topic that is read
     * @param handling processes a record that is no longer blocked
     */
    HeldRecords(
            KeyValueStore<Bytes, InboundRecord> store,
            SchemaLookups schemas,
            String journal,
            Map<String, Source> sources,
            Handling handling,
            RequestObserver observer) {
        this.store = store;
        this.schemas = schemas;
        this.journal = journal;
        this.sources = Map.copyOf(sources);
        this.handling = handling;
        this.observer = observer;
    }

    /** Rebuilds the index from the records that an earlier task held. */
    void restore() {
        journalHead = Math.max(0, firstSequence(store.range(key(JOURNAL, 0), key(JOURNAL, Long.MAX_VALUE))));
        journalTail = firstSequence(store.reverseRange(key(JOURNAL, 0), key(JOURNAL, Long.MAX_VALUE))) + 1;
        try (KeyValueIterator<Bytes, InboundRecord> kept = store.range(key(OTHERS, 0), key(OTHERS, Long.MAX_VALUE))) {
            while (kept.hasNext()) {
                KeyValue<Bytes, InboundRecord> next = kept.next();
                long sequence = sequence(next.key);
                nextSequence = sequence + 1;
                join(next.value, sequence, WireFormat.schemaId(next.value.value()));
            }
        }
    }

    /** The sequence of the first key; -1 if there is none. */
    private static long firstSequence(KeyValueIterator<Bytes, InboundRecord> keys) {
        try (keys) {
            return keys.hasNext() ? sequence(keys.peekNextKey()) : -1;
        }
    }

    /** Whether a record must be held behind an earlier one. */
    boolean isBlocked(InboundRecord inbound) {
        if (isJournal(inbound)) {
            return heldJournalEvents() > 0;
        }
        TopicQueues topic = topics.get(inbound.topic());
        return topic != null && topic.queues.containsKey(hash(inbound.key()));
    }

    /**
     * Holds a record until it can be decoded.
     *
     * @param schemaId the schema it waits for; empty if it only waits for earlier records
     * @return false if the limit of its topic is reached
     */
    boolean hold(InboundRecord inbound, OptionalInt schemaId, long nowMs) {
        if (isJournal(inbound)) {
            holdJournalEvent(inbound, schemaId, nowMs);
            return true;
        }
        TopicQueues topic = topics.get(inbound.topic());
        if (topic != null && (topic.records >= MAX_PER_TOPIC || topic.bytes + bytes(inbound) > MAX_BYTES_PER_TOPIC)) {
            return false;
        }
        long sequence = nextSequence++;
        store.put(key(OTHERS, sequence), inbound);
        join(inbound, sequence, schemaId);
        return true;
    }

    private void holdJournalEvent(InboundRecord inbound, OptionalInt schemaId, long nowMs) {
        if (heldJournalEvents() == 0) {
            journalAwaitedSchema = schemaId;
        }
        store.put(key(JOURNAL, journalTail++), inbound);
        readJournal(EVENTS_PER_ADDED, nowMs);
    }

    private void join(InboundRecord inbound, long sequence, OptionalInt schemaId) {
        TopicQueues topic = topics.computeIfAbsent(inbound.topic(), absent -> new TopicQueues());
        topic.records++;
        topic.bytes += bytes(inbound);
        long hash = hash(inbound.key());
        KeyQueue queue = topic.queues.get(hash);
        if (queue == null) {
            queue = new KeyQueue(inbound.topic(), hash);
            topic.queues.put(hash, queue);
            enqueue(queue, schemaId);
        }
        queue.sequences.add(sequence);
    }

    private void enqueue(KeyQueue queue, OptionalInt schemaId) {
        TopicQueues topic = topics.get(queue.topic);
        if (schemaId.isPresent()) {
            topic.waiting
                    .computeIfAbsent(schemaId.getAsInt(), absent -> new ArrayDeque<>())
                    .add(queue);
        } else {
            topic.ready.add(queue);
        }
    }

    /** Processes a bounded number of records that are no longer blocked. */
    void step(long nowMs) {
        if (heldJournalEvents() == 0 && topics.isEmpty() && reported.isEmpty()) {
            return;
        }
        readJournal(RECORDS_PER_STEP, nowMs);
        boolean checks = nowMs >= nextCheckMs;
        if (checks) {
            nextCheckMs = nowMs + CHECK_INTERVAL_MS;
            topics.forEach(this::checkSchemas);
        }
        // A copy, since a topic without held records is removed.
        List.copyOf(topics.values()).forEach(topic -> read(topic, nowMs));
        if (checks) {
            report(nowMs);
        }
    }

    private void readJournal(int max, long nowMs) {
        for (int done = 0; done < max && heldJournalEvents() > 0; done++) {
            if (journalAwaitedSchema.isPresent() && schemas.isPending(journal, journalAwaitedSchema.getAsInt())) {
                return;
            }
            journalAwaitedSchema = handling.handle(store.get(key(JOURNAL, journalHead)), nowMs);
            if (journalAwaitedSchema.isPresent()) {
                return;
            }
            store.delete(key(JOURNAL, journalHead));
            journalHead++;
        }
    }

    private void checkSchemas(String name, TopicQueues topic) {
        for (int checks = Math.min(SCHEMAS_PER_CHECK, topic.waiting.size()); checks > 0; checks--) {
            int schemaId = topic.waiting.keySet().iterator().next();
            Deque<KeyQueue> queues = topic.waiting.remove(schemaId);
            if (schemas.isPending(name, schemaId)) {
                topic.waiting.put(schemaId, queues);
            } else {
                topic.ready.addAll(queues);
            }
        }
    }

    private void read(TopicQueues topic, long nowMs) {
        for (int done = 0; done < RECORDS_PER_STEP && !topic.ready.isEmpty(); done++) {
            KeyQueue queue = topic.ready.remove();
            Bytes key = key(OTHERS, queue.sequences.element());
            InboundRecord inbound = store.get(key);
            OptionalInt awaited = handling.handle(inbound, nowMs);
            if (awaited.isEmpty()) {
                store.delete(key);
                removeFirst(queue, inbound);
            } else {
                enqueue(queue, awaited);
            }
        }
    }

    private void removeFirst(KeyQueue queue, InboundRecord inbound) {
        TopicQueues topic = topics.get(queue.topic);
        topic.records--;
        topic.bytes -= bytes(inbound);
        queue.sequences.remove();
        if (!queue.sequences.isEmpty()) {
            topic.ready.add(queue);
            return;
        }
        topic.queues.remove(queue.hash);
        if (topic.records == 0) {
            topics.remove(queue.topic);
        }
    }

    private void report(long nowMs) {
        Map<Source, Integer> held = held();
        if (!held.equals(reported)) {
            for (Source source : Source.values()) {
                observer.held(source, held.getOrDefault(source, 0));
            }
            reported.clear();
            reported.putAll(held);
        }
        if (held.isEmpty()) {
            warnsAtMs = OptionalLong.empty();
        } else {
            warnIfStale(held, nowMs);
        }
    }

    /**
     * Warns of records that are still held after a while; the first record with each schema is held for a moment, which
     * is not worth a warning.
     */
    private void warnIfStale(Map<Source, Integer> held, long nowMs) {
        if (warnsAtMs.isPresent() && nowMs >= warnsAtMs.getAsLong()) {
            LOG.warn(
                    "records held until the schema registry supplies their schemas: {}. Check schema.registry.url and"
                            + " that the registry runs",
                    held);
        }
        if (warnsAtMs.isEmpty() || nowMs >= warnsAtMs.getAsLong()) {
            warnsAtMs = OptionalLong.of(nowMs + WARNING_INTERVAL.toMillis());
        }
    }

    private Map<Source, Integer> held() {
        Map<Source, Integer> held = new EnumMap<>(Source.class);
        topics.forEach((topic, queues) -> held.merge(sources.get(topic), queues.records, Integer::sum));
        if (heldJournalEvents() > 0) {
            held.put(Source.JOURNAL, (int) Math.min(Integer.MAX_VALUE, heldJournalEvents()));
        }
        return held;
    }

    private long heldJournalEvents() {
        return journalTail - journalHead;
    }

    private boolean isJournal(InboundRecord inbound) {
        return inbound.topic().equals(journal);
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

    private static Bytes key(byte kind, long sequence) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(sequence).array());
    }

    private static long sequence(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong(1);
    }

    /** Processes one record. */
    @FunctionalInterface
    interface Handling {
        /** @return the schema id that it has to wait for; empty if the record is done */
        OptionalInt handle(InboundRecord inbound, long nowMs);
    }

    private static final class TopicQueues {
        private final Map<Long, KeyQueue> queues = new HashMap<>();
        /** Queues by the schema id that the first record of each waits for; the next id to check comes first. */
        private final Map<Integer, Deque<KeyQueue>> waiting = new LinkedHashMap<>();
        /** Queues whose first record may be processed. */
        private final Deque<KeyQueue> ready = new ArrayDeque<>();

        private int records;
        private long bytes;
    }

    /** The held records of one key hash, in order. */
    private static final class KeyQueue {
        private final String topic;
        private final long hash;
        private final Deque<Long> sequences = new ArrayDeque<>();

        KeyQueue(String topic, long hash) {
            this.topic = topic;
            this.hash = hash;
        }
    }
}
