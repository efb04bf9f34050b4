package io.fleetcommand.processor.streams;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.Entry;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The wires: four topics in, one processor with its ledger, one sink out. Values stay bytes until the processor reads
 * them, so that a record which cannot be read is answered like any other.
 */
public final class FleetTopology {
    /** Kafka Streams takes the record with the smallest time first: news from the journal waits for no backlog. */
    private static final TimestampExtractor FIRST_OF_ALL = (record, partitionTime) -> 0;

    private static final TimestampExtractor AS_WRITTEN = (record, partitionTime) -> Math.max(1, record.timestamp());

    private FleetTopology() {}

    public static Topology build(Parts parts) {
        Topics topics = parts.topics();
        Topology topology = new Topology();
        source(topology, "journal", FIRST_OF_ALL, topics.attempts());
        source(topology, "cancellations", AS_WRITTEN, topics.cancellations());
        source(topology, "commands", AS_WRITTEN, topics.commands());
        source(topology, "polls", AS_WRITTEN, topics.polls());
        topology.addProcessor(
                "ledger", () -> new FleetProcessor(parts), "journal", "cancellations", "commands", "polls");
        topology.addStateStore(store(Entries.OPEN), "ledger");
        topology.addStateStore(store(Entries.SETTLED), "ledger");
        topology.addSink(
                "answers",
                Destination.topicNames(),
                Destination.keySerializer(),
                new ByteArraySerializer(),
                Destination.partitioner(),
                "ledger");
        return topology;
    }

    /** Positions are never reset to the latest record: what was written before the first start is owed an answer. */
    private static void source(Topology topology, String name, TimestampExtractor time, String topic) {
        Deserializer<byte[]> bytes = new ByteArrayDeserializer();
        topology.addSource(AutoOffsetReset.earliest(), name, time, bytes, bytes, topic);
    }

    private static StoreBuilder<KeyValueStore<String, Entry>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), new EntrySerde());
    }
}
