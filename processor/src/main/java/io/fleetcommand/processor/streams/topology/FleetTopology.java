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
 * The topology: sources of the journal, cancellations and requests, one processor with the ledger's state stores, one
 * sink. Values stay bytes until the processor decodes them, so that an undecodable record is answered like any other.
 */
public final class FleetTopology {
    /**
     * Kafka Streams processes the record with the smallest timestamp first, so these constants are priorities of the
     * topics: a command does not wait behind a backlog of polls.
     */
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
        topology.addStateStore(requestIndex(dependencies.inTransactions()), "ledger");
        topology.addStateStore(store(ReadingCache.STORE, Serdes.String(), StoredSerde.readings()), "ledger");
        topology.addStateStore(
                store(DeviceBackoffStore.STORE, Serdes.String(), StoredSerde.deviceBackoffs()), "ledger");
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
     * The request index. A store cache writes to the changelog when the task commits. Without transactions the index is
     * cached as the store of open entries is: uncached it would be ahead of them after a crash, and would report a
     * request as answered which is still queued. With transactions neither store can be ahead, and the cache costs more
     * than it saves, since most index entries are written once.
     */
    static StoreBuilder<KeyValueStore<RequestKey, RequestIndexEntry>> requestIndex(boolean inTransactions) {
        StoreBuilder<KeyValueStore<RequestKey, RequestIndexEntry>> requestIndex =
                store(LedgerStore.INDEX, new RequestKeySerde(), LedgerEntrySerde.indexEntries());
        return inTransactions ? requestIndex : requestIndex.withCachingEnabled();
    }

    /**
     * Offsets reset to the earliest record, never to the latest: requests written before the first start are owed a
     * result.
     */
    private static void source(Topology topology, String name, TimestampExtractor timestamps, List<String> topicNames) {
        Deserializer<byte[]> bytes = new ByteArrayDeserializer();
        topology.addSource(
                AutoOffsetReset.earliest(), name, timestamps, bytes, bytes, topicNames.toArray(String[]::new));
    }

    /** A store without changelog, which each task rebuilds when it starts. */
    private static <K, V> StoreBuilder<KeyValueStore<K, V>> unlogged(String name, Serde<K> keys, Serde<V> values) {
        return store(name, keys, values).withLoggingDisabled();
    }

    private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(String name, Serde<K> keys, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
    }
}
