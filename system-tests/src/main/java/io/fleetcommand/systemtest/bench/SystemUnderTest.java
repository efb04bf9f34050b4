package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.LocalStack;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program under measurement, with topics and a consumer group of its own.
 *
 * @param name its topics' prefix, without the dot, and its group
 * @param settings beside those that join it to the stack
 */
record SystemUnderTest(String name, String main, Map<String, String> settings) {
    /** A quota that never holds a call back. */
    private static final String UNLIMITED = "2000000000";
    /** Of all contenders' topics: one instance needs no more, and a transaction has a price for each that it writes to. */
    private static final String PARTITIONS = "4";

    static SystemUnderTest processor(String name, int inFlight, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("quota.requests", UNLIMITED));
        settings.putAll(more);
        return of(name, "io.fleetcommand.processor.Main", inFlight, settings);
    }

    /** Confluent's Parallel Consumer. */
    static SystemUnderTest parallelConsumer(int inFlight) {
        return of("baseline", "io.fleetcommand.systemtest.baseline.ParallelConsumerBaseline", inFlight, Map.of());
    }

    /** Kafka Streams that waits for each call. */
    static SystemUnderTest blockingStreams(int inFlight) {
        return of("blocking", "io.fleetcommand.systemtest.baseline.BlockingStreamsBaseline", inFlight, Map.of());
    }

    private static SystemUnderTest of(String name, String main, int inFlight, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "topic.prefix",
                name + ".",
                "application.id",
                name,
                "calls.max.in.flight",
                Integer.toString(inFlight),
                "topics.partitions",
                PARTITIONS));
        settings.putAll(more);
        return new SystemUnderTest(name, main, settings);
    }

    void startOn(LocalStack stack) {
        stack.processors().startProgram(name, main, settings);
    }

    LoadRun volley(Kafka kafka, List<Simulation.Device> fleet) {
        return LoadRun.open(kafka, new Topics(name + "."), fleet);
    }
}
