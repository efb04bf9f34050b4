package io.fleetcommand.cli.operate;

import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.cli.operate.OpenRequests.Open;
import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.streams.RequestTopics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks requests up in the topics. With a device id one partition of each topic is read; without, all partitions are
 * read until the device is known. Values that do not hold the sought id are not decoded.
 */
public final class Inquiry implements AutoCloseable {
    private final Scan scan;
    private final Topics topics;
    private final List<String> requestTopics;
    private final Optional<Instant> since;

    /**
     * @param requests the topics that the processor reads requests from
     * @param since how far back to look; empty for all that is kept
     */
    public Inquiry(Kafka kafka, Topics topics, RequestTopics requests, Optional<Instant> since) {
        this.scan = new Scan(kafka);
        this.topics = topics;
        this.requestTopics = Stream.of(requests.commands(), requests.polls())
                .flatMap(List::stream)
                .toList();
        this.since = since;
    }

    /** A request by its id, if it is among those that are kept; of more than one, the first. */
    public Optional<Open> request(String requestId, Meter meter) {
        return evidence(requestId, everywhere(requestTopics), meter).stream()
                .flatMap(found -> Open.of(found.record()).stream())
                .filter(request -> request.requestId().equals(requestId))
                .findFirst();
    }

    /** The requests of a device that have no answer yet, as far as requests are kept. */
    public List<Open> open(String deviceId, Meter meter) {
        OpenRequests requests = new OpenRequests(deviceId);
        // Requests first: one that is answered in between is then known to be.
        for (List<String> names : List.of(requestTopics, List.of(topics.commandResults(), topics.pollResults()))) {
            scan.read(of(deviceId, names), since, meter, record -> {
                if (deviceId.equals(record.key())) {
                    scan.decode(record, SpecificRecord.class).ifPresent(requests::take);
                }
            });
        }
        return requests.open();
    }

    /**
     * All there is about a request and its replays.
     *
     * @param device of the request, where it is known
     */
    public List<Evidence> about(String requestId, Optional<String> device, Meter meter) {
        List<String> requests = Stream.concat(requestTopics.stream(), Stream.of(topics.cancellations()))
                .toList();
        List<String> endings =
                List.of(topics.commandResults(), topics.pollResults(), topics.failedRequests(), topics.audit());
        List<Evidence> journal = journal(requestId, device, meter);
        // The journal's partition is that of the request's device, and so is the requests'.
        List<TopicPartition> where = device.map(id -> of(id, requests))
                .orElseGet(() -> journal.stream()
                        .map(Evidence::partition)
                        .findFirst()
                        .map(partition -> requests.stream()
                                .map(topic -> new TopicPartition(topic, partition))
                                .toList())
                        .orElseGet(() -> everywhere(requests)));
        List<Evidence> asked = evidence(requestId, where, meter);
        Optional<String> known = device.or(() -> asked.stream()
                .flatMap(found -> Open.of(found.record()).stream())
                .map(Open::deviceId)
                .findFirst());
        List<Evidence> ended =
                evidence(requestId, known.map(id -> of(id, endings)).orElseGet(() -> everywhere(endings)), meter);
        return Stream.of(asked, journal, ended).flatMap(List::stream).toList();
    }

    /** The journal is keyed by request id, so that nothing else of it need be decoded. */
    private List<Evidence> journal(String requestId, Optional<String> device, Meter meter) {
        // As many partitions as the request topics: a device's journal is where its requests are.
        List<TopicPartition> where = device.map(id -> of(id, List.of(topics.attempts())))
                .orElseGet(() -> scan.partitions(topics.attempts()));
        List<Evidence> found = new ArrayList<>();
        scan.read(where, since, meter, record -> {
            if (requestId.equals(record.key())) {
                scan.decode(record, AttemptEvent.class).ifPresent(line -> found.add(evidence(record, line)));
            }
        });
        found.sort(Comparator.comparingLong(Evidence::offset));
        return found;
    }

    private List<Evidence> evidence(String requestId, List<TopicPartition> where, Meter meter) {
        byte[] id = requestId.getBytes(StandardCharsets.UTF_8);
        List<Evidence> found = new ArrayList<>();
        scan.read(where, since, meter, record -> {
            if (record.value() != null && contains(record.value(), id)) {
                scan.decode(record, SpecificRecord.class)
                        .filter(value -> concerns(value, requestId))
                        .ifPresent(value -> found.add(evidence(record, value)));
            }
        });
        return found;
    }

    /** Whether a record is about the request, or about a replay of it. */
    static boolean concerns(SpecificRecord record, String requestId) {
        if (record instanceof AuditRecord audit) {
            return audit.getRequestId().equals(requestId) || requestId.equals(audit.getNewRequestId());
        }
        return requestId.equals(field(record, "request_id")) || requestId.equals(field(record, "replay_of"));
    }

    private static Object field(SpecificRecord record, String name) {
        return Optional.ofNullable(record.getSchema().getField(name))
                .map(field -> record.get(field.pos()))
                .orElse(null);
    }

    static boolean contains(byte[] value, byte[] part) {
        if (part.length == 0) {
            return true;
        }
        for (int from = 0; from + part.length <= value.length; from++) {
            if (value[from] == part[0] && Arrays.equals(value, from, from + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private static Evidence evidence(ConsumerRecord<String, byte[]> record, SpecificRecord value) {
        return new Evidence(
                record.topic(), record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()), value);
    }

    private List<TopicPartition> of(String device, List<String> names) {
        return names.stream().map(topic -> scan.partition(topic, device)).toList();
    }

    private List<TopicPartition> everywhere(List<String> names) {
        return names.stream().flatMap(topic -> scan.partitions(topic).stream()).toList();
    }

    /** How many records that might have mattered were passed over since they could not be read. */
    public long unreadable() {
        return scan.unreadable();
    }

    @Override
    public void close() {
        scan.close();
    }
}
