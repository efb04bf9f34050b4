package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Many more polls than the quota lets through while they are watched. */
record WaitingPolls(int count, StackAddresses at, Topics topics) {
    private static final Duration TIMEOUT = Duration.ofMinutes(15);
    private static final String GROUP = "fleet-processor";

    /** @param fleet whose devices are polled in turn */
    void publish(Kafka kafka, List<Simulation.Device> fleet, Consumer<String> tell) {
        Instant now = Instant.now();
        try (KafkaProducer<String, Object> producer = kafka.producer()) {
            for (int number = 1; number <= count; number++) {
                String device = fleet.get(number % fleet.size()).id();
                VariablePoll poll = VariablePoll.newBuilder()
                        .setRequestId("backlog-" + number)
                        .setDeviceId(device)
                        // Each another one: polls of the same variable would share a call, and nothing would wait.
                        .setVariable("meter_" + number)
                        .setDeadline(now.plus(Duration.ofDays(1)))
                        .setCreatedAt(now)
                        .build();
                producer.send(new ProducerRecord<>(topics.polls(), device, poll));
            }
            producer.flush();
        }
        tell.accept(count + " polls are published");
    }

    /** Until the processor has committed that it read the last poll. */
    void awaitIntake(Consumer<String> tell) {
        long endNanos = System.nanoTime() + TIMEOUT.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", at.bootstrapServers()))) {
            long read = 0;
            while (read < count) {
                if (System.nanoTime() > endNanos) {
                    throw new IllegalStateException(
                            "only " + read + " of " + count + " polls were read within " + TIMEOUT);
                }
                TimeUnit.MILLISECONDS.sleep(500);
                read = admin
                        .listConsumerGroupOffsets(GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get(30, TimeUnit.SECONDS)
                        .entrySet()
                        .stream()
                        .filter(position -> position.getKey().topic().equals(topics.polls()))
                        .filter(position -> position.getValue() != null)
                        .mapToLong(position -> position.getValue().offset())
                        .sum();
                tell.accept(read + " polls are read");
            }
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("Kafka does not tell how far the processor is", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while polls were read", interrupted);
        }
    }
}
