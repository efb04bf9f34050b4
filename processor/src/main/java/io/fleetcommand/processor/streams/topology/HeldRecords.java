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
 * Records that wait until the schema registry says how to read them, in a state store. Records of one topic with the same
 * key stay in their order, so that one which waits holds back those of its own device; others overtake it. Only the
 * journal's order counts as a whole: behind a line that waits, all wait.
 *
 * <p>How many records of a topic are held, and so the index of them in memory, has a limit. The journal's has none, for
 * no line of it may be skipped; it needs no index. Owned by the task's stream thread.
 */
final class HeldRecords {
    /** Records by the order in which they were read, the journal's apart. */
    static final String STORE = "held-records";
    /** Records of one topic that one task holds. */
    static final int MAX_PER_TOPIC = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(HeldRecords.class);
    private static final long MAX_BYTES_OF_TOPIC = 16 * 1024 * 1024;
    private static final byte JOURNAL = 0;
    private static final byte OTHERS = 1;

    /** Schema ids of each topic that are looked at together. */
    private static final int LOOKS = 50;
    /** How often: a task ticks a thousand times a second, and there are many tasks. */
    private static final long LOOK_EVERY_MS = 20;
    /** Records of each topic that are dealt with in one step. */
    private static final int AT_ONCE = 50;
    /** Lines of the journal that are dealt with for each that joins them, so that they become fewer. */
    private static final int PER_LINE = 10;

    private static final Duration COMPLAINT_EVERY = Duration.ofSeconds(10);

    private final KeyValueStore<Bytes, InboundRecord> store;
    private final SchemaLookups schemas;
    private final Map<String, Source> sources;
    private final Handling handling;
    private final RequestObserver observer;

    private final String journal;
    private final Map<String, OfTopic> topics = new HashMap<>();
    private final Map<Source, Integer> told = new EnumMap<>(Source.class);
    private long nextSequence;
    private long journalHead;
    private long journalTail;
    private OptionalInt journalAwaits = OptionalInt.empty();
    private long looksAgainMs;
    private OptionalLong complainsAtMs = OptionalLong.empty();

    /**
     * @param journal the topic whose order must be kept as a whole
     * @param sources the kind of each topic that is read
     * @param handling deals with a record whose turn it is
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

    /** Learns what an earlier task held. */
    void takeOver() {
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

    /** The sequence in the first key; -1 if there is none. */
    private static long firstSequence(KeyValueIterator<Bytes, InboundRecord> keys) {
        try (keys) {
            return keys.hasNext() ? sequence(keys.peekNextKey()) : -1;
        }
    }

    /** Whether a record must wait for one before it. */
    boolean isBehind(InboundRecord inbound) {
        if (isJournal(inbound)) {
            return heldOfJournal() > 0;
        }
        OfTopic topic = topics.get(inbound.topic());
        return topic != null && topic.lines.containsKey(hash(inbound.key()));
    }

    /**
     * Keeps a record until it can be read.
     *
     * @param schemaId what it waits for, if anything but those before it
     * @return false if too many of its topic are held already
     */
    boolean hold(InboundRecord inbound, OptionalInt schemaId, long nowMs) {
        if (isJournal(inbound)) {
            holdLine(inbound, schemaId, nowMs);
            return true;
        }
        OfTopic topic = topics.get(inbound.topic());
        if (topic != null && (topic.records >= MAX_PER_TOPIC || topic.bytes + bytes(inbound) > MAX_BYTES_OF_TOPIC)) {
            return false;
        }
        long sequence = nextSequence++;
        store.put(key(OTHERS, sequence), inbound);
        join(inbound, sequence, schemaId);
        return true;
    }

    private void holdLine(InboundRecord inbound, OptionalInt schemaId, long nowMs) {
        if (heldOfJournal() == 0) {
            journalAwaits = schemaId;
        }
        store.put(key(JOURNAL, journalTail++), inbound);
        readJournal(PER_LINE, nowMs);
    }

    private void join(InboundRecord inbound, long sequence, OptionalInt schemaId) {
        OfTopic topic = topics.computeIfAbsent(inbound.topic(), none -> new OfTopic());
        topic.records++;
        topic.bytes += bytes(inbound);
        long hash = hash(inbound.key());
        Line line = topic.lines.get(hash);
        if (line == null) {
            line = new Line(inbound.topic(), hash);
            topic.lines.put(hash, line);
            awaits(line, schemaId);
        }
        line.sequences.add(sequence);
    }

    private void awaits(Line line, OptionalInt schemaId) {
        OfTopic topic = topics.get(line.topic);
        if (schemaId.isPresent()) {
            topic.waiting
                    .computeIfAbsent(schemaId.getAsInt(), none -> new ArrayDeque<>())
                    .add(line);
        } else {
            topic.ready.add(line);
        }
    }

    /** Deals with what need not wait any longer, a bounded number of records. */
    void step(long nowMs) {
        if (heldOfJournal() == 0 && topics.isEmpty() && told.isEmpty()) {
            return;
        }
        readJournal(AT_ONCE, nowMs);
        boolean looks = nowMs >= looksAgainMs;
        if (looks) {
            looksAgainMs = nowMs + LOOK_EVERY_MS;
            topics.forEach(this::look);
        }
        // Those that are read to their end leave.
        List.copyOf(topics.values()).forEach(topic -> read(topic, nowMs));
        if (looks) {
            tell(nowMs);
        }
    }

    private void readJournal(int most, long nowMs) {
        for (int done = 0; done < most && heldOfJournal() > 0; done++) {
            if (journalAwaits.isPresent() && schemas.isPending(journal, journalAwaits.getAsInt())) {
                return;
            }
            journalAwaits = handling.handle(store.get(key(JOURNAL, journalHead)), nowMs);
            if (journalAwaits.isPresent()) {
                return;
            }
            store.delete(key(JOURNAL, journalHead));
            journalHead++;
        }
    }

    private void look(String name, OfTopic topic) {
        for (int looks = Math.min(LOOKS, topic.waiting.size()); looks > 0; looks--) {
            int schemaId = topic.waiting.keySet().iterator().next();
            Deque<Line> lines = topic.waiting.remove(schemaId);
            if (schemas.isPending(name, schemaId)) {
                topic.waiting.put(schemaId, lines);
            } else {
                topic.ready.addAll(lines);
            }
        }
    }

    private void read(OfTopic topic, long nowMs) {
        for (int done = 0; done < AT_ONCE && !topic.ready.isEmpty(); done++) {
            Line line = topic.ready.remove();
            Bytes key = key(OTHERS, line.sequences.element());
            InboundRecord inbound = store.get(key);
            OptionalInt awaited = handling.handle(inbound, nowMs);
            if (awaited.isEmpty()) {
                store.delete(key);
                leave(line, inbound);
            } else {
                awaits(line, awaited);
            }
        }
    }

    private void leave(Line line, InboundRecord inbound) {
        OfTopic topic = topics.get(line.topic);
        topic.records--;
        topic.bytes -= bytes(inbound);
        line.sequences.remove();
        if (!line.sequences.isEmpty()) {
            topic.ready.add(line);
            return;
        }
        topic.lines.remove(line.hash);
        if (topic.records == 0) {
            topics.remove(line.topic);
        }
    }

    private void tell(long nowMs) {
        Map<Source, Integer> held = held();
        if (!held.equals(told)) {
            for (Source source : Source.values()) {
                observer.held(source, held.getOrDefault(source, 0));
            }
            told.clear();
            told.putAll(held);
        }
        if (held.isEmpty()) {
            complainsAtMs = OptionalLong.empty();
        } else {
            complain(held, nowMs);
        }
    }

    /** What waits for a moment only, as the first record with each schema does, is not worth a word. */
    private void complain(Map<Source, Integer> held, long nowMs) {
        if (complainsAtMs.isPresent() && nowMs >= complainsAtMs.getAsLong()) {
            LOG.warn(
                    "records wait for the schema registry to say how to read them: {}. Check schema.registry.url and"
                            + " that the registry runs",
                    held);
        }
        if (complainsAtMs.isEmpty() || nowMs >= complainsAtMs.getAsLong()) {
            complainsAtMs = OptionalLong.of(nowMs + COMPLAINT_EVERY.toMillis());
        }
    }

    private Map<Source, Integer> held() {
        Map<Source, Integer> held = new EnumMap<>(Source.class);
        topics.forEach((topic, those) -> held.merge(sources.get(topic), those.records, Integer::sum));
        if (heldOfJournal() > 0) {
            held.put(Source.JOURNAL, (int) Math.min(Integer.MAX_VALUE, heldOfJournal()));
        }
        return held;
    }

    private long heldOfJournal() {
        return journalTail - journalHead;
    }

    private boolean isJournal(InboundRecord inbound) {
        return inbound.topic().equals(journal);
    }

    private static long bytes(InboundRecord inbound) {
        return inbound.key().length + inbound.value().length + inbound.headerBytes();
    }

    /** FNV-1a. Two keys with the same hash make one line, which costs them time and nothing else. */
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

    /** Deals with one record. */
    @FunctionalInterface
    interface Handling {
        /** @return the schema id that it has to wait for; empty if the record is dealt with */
        OptionalInt handle(InboundRecord inbound, long nowMs);
    }

    private static final class OfTopic {
        private final Map<Long, Line> lines = new HashMap<>();
        /** Lines by the schema that the first record of each waits for; what is to be looked at next comes first. */
        private final Map<Integer, Deque<Line>> waiting = new LinkedHashMap<>();
        /** Lines whose first record may be dealt with. */
        private final Deque<Line> ready = new ArrayDeque<>();

        private int records;
        private long bytes;
    }

    /** The held records of one key, in their order. */
    private static final class Line {
        private final String topic;
        private final long hash;
        private final Deque<Long> sequences = new ArrayDeque<>();

        Line(String topic, long hash) {
            this.topic = topic;
            this.hash = hash;
        }
    }
}
