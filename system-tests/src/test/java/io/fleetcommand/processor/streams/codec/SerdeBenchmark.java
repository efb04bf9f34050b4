package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.LedgerSamples;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Between bytes and words: an entry of the ledger, which is kept, and a line of the journal, which is published. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SerdeBenchmark {
    private static final byte[] KEY = {};

    private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    private final LedgerEntry entry = LedgerSamples.called("request", "device", 1);
    private final Serde<LedgerEntry> serde = LedgerEntrySerde.serde();
    private final byte[] storedEntry = serde.serializer().serialize("store", entry);
    private final JournalEvent event = LedgerSamples.done(entry.key());
    private final JournalCodec codec = new JournalCodec(
            new SchemaLookups(deserializer(), Runnable::run, InstantSource.system(), () -> 0),
            serializer(),
            topics.attempts(),
            "instance");
    private final byte[] journalLine = codec.bytes(event);

    @Benchmark
    public byte[] entryWritten() {
        return serde.serializer().serialize("store", entry);
    }

    @Benchmark
    public Object entryRead() {
        return serde.deserializer().deserialize("store", storedEntry);
    }

    @Benchmark
    public byte[] journalLineWritten() {
        return codec.bytes(event);
    }

    @Benchmark
    public Object journalLineRead() {
        return codec.read(new InboundRecord(topics.attempts(), 0, 0, KEY, journalLine, true, new RecordHeaders()));
    }

    private static AvroSerializer serializer() {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", "mock://serdes"), false);
        return serializer;
    }

    private static AvroDeserializer deserializer() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", "mock://serdes"), false);
        return deserializer;
    }
}
