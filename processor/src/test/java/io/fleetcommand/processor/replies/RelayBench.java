package io.fleetcommand.processor.replies;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A relay session with mock clients: each topic takes records as the test says. */
final class RelayBench implements ReplyObserver {
    static final TopicPartition FIRST = new TopicPartition("t.replies", 0);
    static final TopicPartition SECOND = new TopicPartition("t.replies", 1);
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    final Topics topics = new Topics("t.");
    final RelayLimits limits;
    final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    final TopicProducer producer = new TopicProducer();
    final List<ReplyFailure> givenUp = new ArrayList<>();
    final List<Runnable> notesToEncode = new ArrayList<>();
    boolean registryIsAway;
    int sent;
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final RelaySession session;
    private long nowNanos = 1;

    RelayBench(int queueMax) {
        Map<String, Object> config = Map.of("schema.registry.url", "mock://" + UUID.randomUUID());
        serializer.configure(config, false);
        deserializer.configure(config, false);
        limits = new RelayLimits(TIMEOUT, queueMax);
        session = new RelaySession(
                new RelayTopics(topics.replies(), topics.failedRequests(), new ReservedTopics(topics.all(), "app")),
                limits,
                consumer,
                producer,
                new NoteCodec(topics, deserializer, serializer, InstantSource.fixed(Instant.EPOCH)),
                encoding -> {
                    if (registryIsAway) {
                        notesToEncode.add(encoding);
                    } else {
                        encoding.run();
                    }
                },
                this,
                new GivenUpLog(nowNanos),
                () -> nowNanos,
                () -> 0);
        session.start();
        consumer.rebalance(List.of(FIRST, SECOND));
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
    }

    @Override
    public void sent() {
        sent++;
    }

    @Override
    public void givenUp(ReplyFailure cause) {
        givenUp.add(cause);
    }

    /** Adds a committed copy of a successful result. */
    void copy(String id, String target) {
        copy(FIRST, id, new ReplyTo(target, ReplyTo.ANY_PARTITION, List.of()));
    }

    void copy(TopicPartition partition, String id, ReplyTo to) {
        CommandResult result = CommandResult.newBuilder()
                .setRequestId(id)
                .setDeviceId("d")
                .setProduct("p")
                .setFunction("f")
                .setStatus(Status.SUCCEEDED)
                .setReceivedAt(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .build();
        List<ReplyTo.Header> headers = new ReplyEnvelope(to, id, "t.commands", 5).headers();
        record(partition, serializer.serialize(topics.commandResults(), result), headers);
    }

    void record(TopicPartition partition, byte[] value, List<ReplyTo.Header> envelope) {
        RecordHeaders headers = new RecordHeaders();
        envelope.forEach(header -> headers.add(header.name(), header.bytes()));
        long offset = ends.merge(partition, 1L, Long::sum) - 1;
        consumer.addRecord(new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                1,
                1,
                "d".getBytes(StandardCharsets.UTF_8),
                value,
                headers,
                Optional.empty()));
    }

    void round() {
        session.runOnce();
    }

    /** Runs the session for this long, in a hundred iterations. */
    void pass(Duration time) {
        for (int count = 0; count < 100; count++) {
            nowNanos += time.toNanos() / 100;
            session.runOnce();
        }
    }

    void drain(Duration limit) {
        session.drain(limit);
    }

    /** The ids of the requests whose copies a topic has acknowledged, in order. */
    List<String> taken(String topic) {
        return producer.taken.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> ((CommandResult) deserializer.deserialize(topic, record.value())).getRequestId())
                .toList();
    }

    List<FailedRequest> notes() {
        return producer.taken.stream()
                .filter(record -> record.topic().equals(topics.failedRequests()))
                .map(record -> (FailedRequest) deserializer.deserialize(record.topic(), record.value()))
                .peek(note -> {
                    if (note.getReason() != Reason.REPLY_NOT_DELIVERED) {
                        throw new AssertionError(note);
                    }
                })
                .toList();
    }

    List<String> notedIds() {
        return notes().stream().map(FailedRequest::getRequestId).toList();
    }

    /** The committed offset of the partition, after a due commit. */
    long committed(TopicPartition partition) {
        pass(Duration.ofSeconds(1));
        return Optional.ofNullable(consumer.committed(Set.of(partition)).get(partition))
                .map(position -> position.offset())
                .orElse(0L);
    }

    /** How a topic takes a record: completes the callback now, later or never. */
    interface Taking {
        void take(ProducerRecord<byte[], byte[]> record, Callback callback);
    }

    /** A producer whose topics acknowledge at once unless the test says otherwise. */
    static final class TopicProducer extends MockProducer<byte[], byte[]> {
        final List<ProducerRecord<byte[], byte[]>> taken = new ArrayList<>();
        final List<String> asked = new ArrayList<>();
        private final Map<String, Taking> ways = new HashMap<>();

        TopicProducer() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        void on(String topic, Taking way) {
            ways.put(topic, way);
        }

        void heal(String topic) {
            ways.remove(topic);
        }

        /** Makes a topic fail after the producer has sent the record. */
        void failing(String topic, RuntimeException failure) {
            on(topic, (record, callback) -> callback.onCompletion(null, failure));
        }

        /** Makes a topic neither acknowledge nor fail. */
        List<Callback> hanging(String topic) {
            List<Callback> callbacks = new ArrayList<>();
            on(topic, (record, callback) -> callbacks.add(callback));
            return callbacks;
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            asked.add(record.topic());
            Taking way = ways.get(record.topic());
            if (way == null) {
                taken.add(record);
                callback.onCompletion(new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0), null);
            } else {
                way.take(record, callback);
            }
            return new CompletableFuture<>();
        }
    }
}
