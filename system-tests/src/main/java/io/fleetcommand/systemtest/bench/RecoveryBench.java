package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How long devices wait when one of two processors is killed: from the kill to the first call of the last partition to
 * be called again, while commands for all partitions keep coming.
 *
 * @param runs how many; the median is reported
 * @param processor further settings of the processors
 */
public record RecoveryBench(int runs, Map<String, String> processor) implements Bench {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    /** Before each kill, for the partitions to settle. */
    private static final Duration CALM = Duration.ofSeconds(10);

    private static final Duration SLICE = Duration.ofMillis(100);
    private static final int PER_SLICE = 15;

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        Map<String, String> settings = new HashMap<>(Map.of("quota.requests", "200000"));
        settings.putAll(processor);
        StackOptions options = StackOptions.standard()
                .withProcessors(2)
                .withSimulator("--devices", "1000", "--latency", "50ms+-0", "--limit", "400000")
                .withProcessor(settings);
        List<Double> waits = new ArrayList<>();
        try (LocalStack stack = LocalStack.start(installation, options)) {
            StackAddresses at = stack.addresses();
            Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
            List<Simulation.Device> fleet = new Simulation(at.control()).fleet();
            try (KafkaProducer<String, Object> producer = kafka.producer();
                    KafkaConsumer<String, Object> consumer = kafka.consumer()) {
                Calls calls = new Calls(producer, results(consumer), fleet);
                for (int run = 1; run <= runs; run++) {
                    calls.goOnFor(CALM);
                    Instant killedAt = Instant.now();
                    stack.processors().kill(1);
                    double seconds = calls.goOnUntilAllCalledAfter(killedAt).toMillis() / 1_000.0;
                    waits.add(seconds);
                    tell.accept("run " + run + ": every partition called again " + seconds + " s after the kill");
                    stack.processors().start(1);
                    stack.processors().await(1);
                }
            }
        }
        return Map.of("first_call_seconds", Median.of(waits, wait -> wait));
    }

    private static KafkaConsumer<String, Object> results(KafkaConsumer<String, Object> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(TOPICS.commandResults()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        return consumer;
    }

    /** A steady stream of commands, and when the last call of each partition was begun. */
    private static final class Calls {
        private final KafkaProducer<String, Object> producer;
        private final KafkaConsumer<String, Object> results;
        private final List<Simulation.Device> fleet;
        /** A device's commands and their results have the same partition number. */
        private final Map<Integer, Instant> firstAfter = new HashMap<>();

        private int published;

        Calls(
                KafkaProducer<String, Object> producer,
                KafkaConsumer<String, Object> results,
                List<Simulation.Device> fleet) {
            this.producer = producer;
            this.results = results;
            this.fleet = fleet;
        }

        void goOnFor(Duration time) {
            Instant end = Instant.now().plus(time);
            while (Instant.now().isBefore(end)) {
                slice(end);
            }
        }

        Duration goOnUntilAllCalledAfter(Instant killedAt) {
            firstAfter.clear();
            int partitions = results.assignment().size();
            while (firstAfter.size() < partitions) {
                if (Instant.now().isAfter(killedAt.plus(TIMEOUT))) {
                    throw new IllegalStateException("only the partitions " + firstAfter.keySet()
                            + " were called within " + TIMEOUT + " of the kill");
                }
                slice(killedAt);
            }
            return firstAfter.values().stream()
                    .map(first -> Duration.between(killedAt, first))
                    .max(Duration::compareTo)
                    .orElseThrow();
        }

        private void slice(Instant after) {
            for (int count = 0; count < PER_SLICE; count++) {
                String device = fleet.get(published % fleet.size()).id();
                DeviceCommand command = DeviceCommand.newBuilder()
                        .setRequestId("recovery-" + published++)
                        .setDeviceId(device)
                        .setFunction("setLed")
                        .setCreatedAt(Instant.now())
                        .build();
                producer.send(new ProducerRecord<>(TOPICS.commands(), device, command));
            }
            Instant end = Instant.now().plus(SLICE);
            while (Instant.now().isBefore(end)) {
                for (ConsumerRecord<String, Object> read : results.poll(Duration.ofMillis(20))) {
                    CommandResult result = (CommandResult) read.value();
                    Instant calledAt = result.getFinishedAt().minusMillis(result.getCloudMs());
                    if (calledAt.isAfter(after)) {
                        firstAfter.merge(read.partition(), calledAt, (one, other) -> one.isBefore(other) ? one : other);
                    }
                }
            }
        }
    }
}
