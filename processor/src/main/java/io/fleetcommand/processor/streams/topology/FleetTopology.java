package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.streams.codec.Destination;
import io.fleetcommand.processor.streams.codec.LedgerEntrySerde;
import io.fleetcommand.processor.streams.codec.RequestIndexEntry;
import io.fleetcommand.processor.streams.codec.RequestKeySerde;
import io.fleetcommand.processor.streams.codec.StoredSerde;
import io.fleetcommand.processor.streams.store.DeviceBackoffStore;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.ParkedDevices;
import io.fleetcommand.processor.streams.store.ReadingCache;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The wires: journal, cancellations and requests in, one processor with its ledger, one sink out. Values stay bytes until the processor reads
 * them, so that a record which cannot be read is answered like any other.
 */
public final class FleetTopology {
    /** Kafka Streams takes the record with the smallest time first: so a command waits for no backlog of polls. */
    private static final TimestampExtractor JOURNAL = (record, partitionTime) -> 0;

    private static final TimestampExtractor CANCELLATIONS = (record, partitionTime) -> 1;
    private static final TimestampExtractor COMMANDS = (record, partitionTime) -> 2;
    private static final TimestampExtractor POLLS = (record, partitionTime) -> 3;

    private FleetTopology() {}

    public static Topology build(TopologyDependencies dependencies) {
        Topics topics = dependencies.topics();
        Topology topology = new Topology();
        source(topology, "journal", JOURNAL, List.of(topics.attempts()));
        source(topology, "cancellations", CANCELLATIONS, List.of(topics.cancellations()));
        source(topology, "commands", COMMANDS, dependencies.requests().commands());
        source(topology, "polls", POLLS, dependencies.requests().polls());
        topology.addProcessor(
                "ledger", () -> new FleetProcessor(dependencies), "journal", "cancellations", "commands", "polls");
        topology.addStateStore(
                store(LedgerStore.OPEN, Serdes.Bytes(), LedgerEntrySerde.serde())
                        .withCachingEnabled(),
                "ledger");
        topology.addStateStore(filed(dependencies.inTransactions()), "ledger");
        topology.addStateStore(store(ReadingCache.STORE, Serdes.String(), StoredSerde.observations()), "ledger");
        topology.addStateStore(store(DeviceBackoffStore.STORE, Serdes.String(), StoredSerde.deviceRests()), "ledger");
        topology.addStateStore(store(HeldRecords.STORE, Serdes.Bytes(), StoredSerde.heldRecords()), "ledger");
        topology.addStateStore(unlogged(LedgerStore.DEADLINES, Serdes.Bytes(), Serdes.Bytes()), "ledger");
        topology.addStateStore(unlogged(ParkedDevices.DEVICES, Serdes.String(), Serdes.ByteArray()), "ledger");
        topology.addStateStore(unlogged(ParkedDevices.QUEUES, Serdes.Bytes(), Serdes.String()), "ledger");
        topology.addStateStore(unlogged(ParkedDevices.REMINDERS, Serdes.Bytes(), Serdes.Bytes()), "ledger");
        topology.addSink(
                "answers", Destination.topicNames(), Destination.keySerializer(), new ByteArraySerializer(), "ledger");
        return topology;
    }

    /**
     * The cache writes what changed when the task commits. Without transactions this store has one as the open entries
     * have, or it would be ahead of them after a crash, and say that a request was answered which still stands in its
     * line. With them nothing is ahead, and the cache costs more than it saves: most of what is filed stays as it is.
     */
    static StoreBuilder<KeyValueStore<RequestKey, RequestIndexEntry>> filed(boolean inTransactions) {
        StoreBuilder<KeyValueStore<RequestKey, RequestIndexEntry>> filed =
                store(LedgerStore.FILED, new RequestKeySerde(), LedgerEntrySerde.filings());
        return inTransactions ? filed : filed.withCachingEnabled();
    }

    /** Positions are never reset to the latest record: what was written before the first start is owed an answer. */
    private static void source(Topology topology, String name, TimestampExtractor time, List<String> from) {
        Deserializer<byte[]> bytes = new ByteArrayDeserializer();
        topology.addSource(AutoOffsetReset.earliest(), name, time, bytes, bytes, from.toArray(String[]::new));
    }

    /** What each task that starts makes anew. */
    private static <K, V> StoreBuilder<KeyValueStore<K, V>> unlogged(String name, Serde<K> keys, Serde<V> values) {
        return store(name, keys, values).withLoggingDisabled();
    }

    private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(String name, Serde<K> keys, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
    }
}
