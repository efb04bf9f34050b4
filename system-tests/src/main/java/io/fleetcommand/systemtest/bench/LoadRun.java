package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Publishes commands to one program, device after device, and takes the time until their committed results are read.
 * Not safe for use by many threads.
 */
final class LoadRun implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    /** Beside that, for each command. */
    private static final Duration PATIENCE_EACH = Duration.ofMillis(2);
    /** So many are published between two looks at the results. */
    private static final int SLICE = 1_000;

    private static final Duration WHILE_PUBLISHING = Duration.ofMillis(2);
    private static final Duration AFTERWARDS = Duration.ofMillis(100);

    private final KafkaProducer<String, Object> producer;
    private final KafkaConsumer<String, Object> consumer;
    private final Topics topics;
    private final List<Simulation.Device> fleet;
    private int volleys;
    private int next;

    private LoadRun(
            KafkaProducer<String, Object> producer,
            KafkaConsumer<String, Object> consumer,
            Topics topics,
            List<Simulation.Device> fleet) {
        this.producer = producer;
        this.consumer = consumer;
        this.topics = topics;
        this.fleet = fleet;
    }

    /** Opens it at the end of the program's results. */
    static LoadRun open(Kafka kafka, Topics topics, List<Simulation.Device> fleet) {
        KafkaConsumer<String, Object> consumer = kafka.consumer();
        List<TopicPartition> partitions = consumer.partitionsFor(topics.commandResults()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new LoadRun(kafka.producer(), consumer, topics, fleet);
    }

    /** Publishes as fast as Kafka takes it. */
    LoadResult atOnce(int count) {
        return fly(count, Double.POSITIVE_INFINITY);
    }

    /**
     * Publishes evenly.
     *
     * @throws IllegalStateException if a command does not succeed, or has no result in time
     */
    LoadResult fly(int count, double perSecond) {
        String run = topics.commands() + "-" + ++volleys + "-";
        long[] waitNanos = new long[count];
        Duration patience = TIMEOUT.plus(PATIENCE_EACH.multipliedBy(count));
        long startNanos = System.nanoTime();
        int sent = 0;
        int answered = 0;
        while (answered < count) {
            long nowNanos = System.nanoTime();
            if (nowNanos - startNanos > patience.toNanos()) {
                throw new IllegalStateException(
                        "only " + answered + " of " + count + " commands had a result within " + patience);
            }
            double due = Math.min(1 + (nowNanos - startNanos) / 1e9 * perSecond, sent + SLICE);
            while (sent < Math.min(count, due)) {
                waitNanos[sent] = -System.nanoTime();
                publish(run + sent);
                sent++;
            }
            for (ConsumerRecord<String, Object> read : consumer.poll(sent < count ? WHILE_PUBLISHING : AFTERWARDS)) {
                answered += arrived((CommandResult) read.value(), run, waitNanos);
            }
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        Arrays.sort(waitNanos);
        return new LoadResult(count, seconds, waitNanos);
    }

    private static int arrived(CommandResult result, String run, long[] waitNanos) {
        int index = Integer.parseInt(result.getRequestId().substring(run.length()));
        if (result.getStatus() != Status.SUCCEEDED) {
            throw new IllegalStateException("a measurement of failures is worth nothing: " + result);
        }
        if (waitNanos[index] > 0) {
            return 0;
        }
        waitNanos[index] += System.nanoTime();
        return 1;
    }

    private void publish(String id) {
        String device = fleet.get(next++ % fleet.size()).id();
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument("on")
                .setRequester("bench")
                .setCreatedAt(Instant.now())
                .build();
        producer.send(new ProducerRecord<>(topics.commands(), device, command));
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }

    /**
     * What came back.
     *
     * @param waitNanos from publishing a command to reading its result, the shortest first
     */
    record LoadResult(int count, double seconds, long[] waitNanos) {
        double perSecond() {
            return count / seconds;
        }

        /** The wait that so large a share of all commands did not exceed, in milliseconds. */
        long waitMs(double share) {
            return TimeUnit.NANOSECONDS.toMillis(waitNanos[(int) Math.ceil(count * share) - 1]);
        }
    }
}
