package io.fleetcommand.operations;

import io.fleetcommand.operations.kafka.Kafka;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes what an operator does and the record of it, at a steady rate: always the deed first and then its record. If
 * this dies between the two, the same command run again publishes the same ids again, which calls nothing, and makes up
 * for the record.
 */
public final class AuditedPublisher implements AutoCloseable {
    private static final long PATIENCE_S = 60;
    private static final int MAX_AT_ONCE = 100;

    private final KafkaProducer<String, Object> producer;

    /**
     * Something done, and the record of it.
     *
     * @param action what to publish for the processor
     * @param audit what to publish in the audit topic
     */
    public record Deed(ProducerRecord<String, Object> action, ProducerRecord<String, Object> audit) {}

    public AuditedPublisher(Kafka kafka) {
        this.producer = kafka.producer();
    }

    /**
     * @param perSecond at most so many deeds, above 0
     * @throws IllegalStateException if one could not be published, saying how many were
     */
    public void publish(List<Deed> deeds, double perSecond, ProgressListener meter) {
        int atOnce = (int) Math.max(1, Math.min(MAX_AT_ONCE, perSecond));
        long startNanos = System.nanoTime();
        for (int from = 0; from < deeds.size(); from += atOnce) {
            awaitTurn(startNanos + (long) (from / perSecond * TimeUnit.SECONDS.toNanos(1)));
            List<Deed> some = deeds.subList(from, Math.min(deeds.size(), from + atOnce));
            send(some.stream().map(Deed::action).toList(), from, deeds.size());
            send(some.stream().map(Deed::audit).toList(), from, deeds.size());
            meter.show(from + some.size(), deeds.size());
        }
    }

    private void send(List<ProducerRecord<String, Object>> records, int before, int all) {
        List<Future<?>> sent = new ArrayList<>();
        try {
            records.forEach(record -> sent.add(producer.send(record)));
            producer.flush();
            for (Future<?> one : sent) {
                one.get(PATIENCE_S, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(
                    "published " + before + " of " + all + ", then Kafka refused: " + failed.getMessage()
                            + ". Run the same command again once that is mended: nothing is called twice",
                    failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted after " + before + " of " + all, interrupted);
        }
    }

    private static void awaitTurn(long dueNanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing", interrupted);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
