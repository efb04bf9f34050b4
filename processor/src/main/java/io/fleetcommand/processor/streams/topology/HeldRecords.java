package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.registry.WireFormat;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Holds records in a state store until the schema registry has supplied their schemas. Records of one topic with the
 * same key stay in order, so that a held record blocks only later records of its own device; others overtake it. The
 * journal is ordered as a whole: a held journal event blocks all later ones. Confined to the task's stream thread.
 */
final class HeldRecords {
    /** Records by {@link HeldRecordKey}. */
    static final String STORE = "held-records";

    /** Interval of the schema checks: a task ticks a thousand times a second, and there are many tasks. */
    private static final long CHECK_INTERVAL_MS = 20;
    /** Records processed per topic and step. */
    private static final int RECORDS_PER_STEP = 50;
    /** Held journal events processed for each one that is added, so that the backlog shrinks. */
    private static final int EVENTS_PER_ADDED = 10;

    private final KeyValueStore<Bytes, InboundRecord> store;
    private final SchemaLookups schemas;
    private final Map<String, Source> sources;
    private final RecordStep step;

    private final HeldJournal journal;
    /** The topics that have held records, but the journal. */
    private final Map<String, HeldTopic> topics = new HashMap<>();

    private final HeldReport report;
    private long nextSequence;
    private long nextCheckMs;

    /**
     * @param journal the journal topic, whose order is kept as a whole
     * @param sources the source of each topic that is read
     * @param step processes a record that is no longer blocked
     */
    HeldRecords(
            KeyValueStore<Bytes, InboundRecord> store,
            SchemaLookups schemas,
            String journal,
            Map<String, Source> sources,
            RecordStep step,
            RequestObserver observer) {
        this.store = store;
        this.schemas = schemas;
        this.sources = Map.copyOf(sources);
        this.step = step;
        this.journal = new HeldJournal(store, schemas, journal, step);
        this.report = new HeldReport(observer);
    }

    /** Rebuilds the index from the records that an earlier task held. */
    void restore() {
        journal.restore();
        try (KeyValueIterator<Bytes, InboundRecord> kept =
                store.range(HeldRecordKey.ofOthers(0), HeldRecordKey.ofOthers(Long.MAX_VALUE))) {
            while (kept.hasNext()) {
                KeyValue<Bytes, InboundRecord> next = kept.next();
                long sequence = HeldRecordKey.sequence(next.key);
                nextSequence = sequence + 1;
                topic(next.value).add(next.value, sequence, WireFormat.schemaId(next.value.value()));
            }
        }
    }

    /** Whether a record must be held behind an earlier one. */
    boolean isBlocked(InboundRecord inbound) {
        return isJournal(inbound)
                ? !journal.isEmpty()
                : held(inbound).filter(topic -> topic.isBlocked(inbound.key())).isPresent();
    }

    /**
     * Holds a record until it can be decoded.
     *
     * @param schemaId the schema it waits for; empty if it only waits for earlier records
     * @return false if the limit of its topic is reached
     */
    boolean hold(InboundRecord inbound, OptionalInt schemaId, long nowMs) {
        if (isJournal(inbound)) {
            journal.add(inbound, schemaId);
            journal.process(EVENTS_PER_ADDED, nowMs);
            return true;
        }
        if (held(inbound).filter(topic -> !topic.hasRoomFor(inbound)).isPresent()) {
            return false;
        }
        long sequence = nextSequence++;
        store.put(HeldRecordKey.ofOthers(sequence), inbound);
        topic(inbound).add(inbound, sequence, schemaId);
        return true;
    }

    /** Processes a bounded number of records that are no longer blocked. */
    void step(long nowMs) {
        if (journal.isEmpty() && topics.isEmpty() && report.isEmpty()) {
            return;
        }
        journal.process(RECORDS_PER_STEP, nowMs);
        boolean checks = nowMs >= nextCheckMs;
        if (checks) {
            nextCheckMs = nowMs + CHECK_INTERVAL_MS;
            topics.forEach((name, topic) -> topic.checkSchemas(schemaId -> schemas.isPending(name, schemaId)));
        }
        topics.values().forEach(topic -> process(topic, nowMs));
        topics.values().removeIf(HeldTopic::isEmpty);
        if (checks) {
            report.report(counts(), nowMs);
        }
    }

    private void process(HeldTopic topic, long nowMs) {
        for (int done = 0; done < RECORDS_PER_STEP; done++) {
            Optional<HeldTopic.KeyQueue> queue = topic.nextReady();
            if (queue.isEmpty()) {
                return;
            }
            Bytes key = HeldRecordKey.ofOthers(queue.get().first());
            InboundRecord inbound = store.get(key);
            OptionalInt awaitedSchema = step.process(inbound, nowMs);
            if (awaitedSchema.isEmpty()) {
                store.delete(key);
                topic.done(queue.get(), inbound);
            } else {
                topic.enqueue(queue.get(), awaitedSchema);
            }
        }
    }

    private Map<Source, Integer> counts() {
        Map<Source, Integer> counts = new EnumMap<>(Source.class);
        topics.forEach((name, topic) -> counts.merge(sources.get(name), topic.size(), Integer::sum));
        if (!journal.isEmpty()) {
            counts.put(Source.JOURNAL, (int) Math.min(Integer.MAX_VALUE, journal.size()));
        }
        return counts;
    }

    private HeldTopic topic(InboundRecord inbound) {
        return topics.computeIfAbsent(inbound.topic(), absent -> new HeldTopic());
    }

    private Optional<HeldTopic> held(InboundRecord inbound) {
        return Optional.ofNullable(topics.get(inbound.topic()));
    }

    private boolean isJournal(InboundRecord inbound) {
        return sources.get(inbound.topic()) == Source.JOURNAL;
    }
}
