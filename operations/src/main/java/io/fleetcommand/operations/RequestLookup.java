package io.fleetcommand.operations;

import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.OpenRequests.Open;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks requests up in the topics. With a device id the device's partition of each topic is read, and those others in
 * which records of it were refused; without, all are, since the same id may be used at several devices. Values that do
 * not hold the sought id are not decoded.
 */
public final class RequestLookup implements AutoCloseable {
    /** The processor cuts longer keys in the records that it writes about such a record. */
    private static final int LONGEST_KEY = 1_024;

    private final TopicReader scan;
    private final Topics topics;
    private final List<String> requestTopics;
    private final Optional<Instant> since;

    /**
     * @param requests the topics that the processor reads requests from
     * @param since how far back to look; empty for all that is kept
     */
    public RequestLookup(Kafka kafka, Topics topics, RequestTopics requests, Optional<Instant> since) {
        this.scan = new TopicReader(kafka);
        this.topics = topics;
        this.requestTopics = Stream.of(requests.commands(), requests.polls())
                .flatMap(List::stream)
                .toList();
        this.since = since;
    }

    /** The requests of an id, one of each device that it is used at, as far as requests are kept. */
    public List<Open> requests(String requestId, ProgressListener meter) {
        Map<String, Open> byDevice = new TreeMap<>();
        evidence(requestId, Optional.empty(), everywhere(requestTopics), meter).stream()
                .flatMap(found -> Open.of(found.record()).stream())
                .filter(request -> request.requestId().equals(requestId))
                .map(RequestLookup::inSmallLetters)
                .forEach(request -> byDevice.putIfAbsent(request.deviceId(), request));
        return List.copyOf(byDevice.values());
    }

    /** A device that was named in capital letters is no other device. */
    private static Open inSmallLetters(Open request) {
        return new Open(
                request.requestId(), small(request.deviceId()), request.command(), request.name(), request.createdAt());
    }

    /** The requests of a device that have no answer yet, as far as requests are kept. */
    public List<Open> open(String deviceId, ProgressListener meter) {
        return asked(Set.of(deviceId), key -> key.deviceId().equals(deviceId), meter)
                .open();
    }

    /**
     * What was published under the ids of some requests, in their devices' partitions, and how they ended, as far as
     * that is kept.
     *
     * @throws IllegalStateException if there are too many records of these requests
     */
    public OpenRequests asked(Set<RequestKey> keys, ProgressListener meter) {
        Set<String> devices = keys.stream().map(RequestKey::deviceId).collect(Collectors.toSet());
        return asked(devices, keys::contains, meter);
    }

    private OpenRequests asked(Set<String> devices, Predicate<RequestKey> meant, ProgressListener meter) {
        OpenRequests requests = new OpenRequests(meant);
        List<List<String>> inTurn = List.of(
                // Requests first: one that is answered, or refused, in between is then known to be.
                requestTopics,
                List.of(topics.commandResults(), topics.pollResults()),
                List.of(topics.failedRequests()));
        for (List<String> names : inTurn) {
            scan.read(of(devices, names), since, meter, record -> {
                if (record.key() != null && devices.contains(record.key())) {
                    scan.decode(record, SpecificRecord.class)
                            .ifPresent(value -> requests.take(evidence(record, value)));
                }
            });
        }
        return requests;
    }

    /**
     * All there is about a request and its replays: journal lines of one request in their order.
     *
     * @param device of the request; without it, all that used the id, see {@link #devices}
     */
    public List<FoundRecord> about(String requestId, Optional<String> device, ProgressListener meter) {
        List<String> all = Stream.concat(
                        requestTopics.stream(),
                        Stream.of(
                                topics.cancellations(),
                                topics.attempts(),
                                topics.commandResults(),
                                topics.pollResults(),
                                topics.failedRequests(),
                                topics.audit()))
                .toList();
        return device
                .map(id -> aboutOne(requestId, id, all, meter))
                .orElseGet(() -> evidence(requestId, device, everywhere(all), meter))
                .stream()
                .sorted(Comparator.<FoundRecord>comparingInt(found -> all.indexOf(found.topic()))
                        .thenComparing(FoundRecord::partition)
                        .thenComparing(FoundRecord::offset))
                .toList();
    }

    /**
     * What is in the partitions of the device, as the journal's lines all are, and in those to which records that were
     * refused had strayed: by another key than the device's, or by another partitioner.
     */
    private List<FoundRecord> aboutOne(String requestId, String device, List<String> all, ProgressListener meter) {
        List<TopicPartition> failed = everywhere(List.of(topics.failedRequests()));
        List<FoundRecord> found = new ArrayList<>(evidence(requestId, Optional.of(device), failed, meter));
        Set<TopicPartition> where = new LinkedHashSet<>(of(Set.of(device), all));
        found.stream()
                .map(FoundRecord::record)
                .filter(FailedRequest.class::isInstance)
                .flatMap(record -> strayed((FailedRequest) record).stream())
                .filter(partition -> all.contains(partition.topic()))
                .filter(partition -> scan.partitions(partition.topic()).contains(partition))
                .forEach(where::add);
        failed.forEach(where::remove);
        found.addAll(evidence(requestId, Optional.of(device), where, meter));
        return found;
    }

    /** Where the record of a request that was refused at first sight may lie, and its result. */
    private List<TopicPartition> strayed(FailedRequest failed) {
        if (failed.getRawKey() == null) {
            return List.of();
        }
        byte[] key = new byte[Math.min(failed.getRawKey().remaining(), LONGEST_KEY)];
        failed.getRawKey().duplicate().get(key);
        return List.of(
                new TopicPartition(failed.getSourceTopic(), failed.getSourcePartition()),
                scan.partition(topics.commandResults(), key),
                scan.partition(topics.pollResults(), key));
    }

    /** The devices that an id is used at, by what is known of it. */
    public static Set<String> devices(String requestId, List<FoundRecord> found) {
        return found.stream()
                .map(FoundRecord::record)
                .filter(record -> requestId.equals(field(record, "request_id")))
                .map(record -> small(String.valueOf(field(record, "device_id"))))
                .filter(device -> !device.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<FoundRecord> evidence(
            String requestId, Optional<String> device, Collection<TopicPartition> where, ProgressListener meter) {
        byte[] id = requestId.getBytes(StandardCharsets.UTF_8);
        List<FoundRecord> found = new ArrayList<>();
        scan.read(where, since, meter, record -> {
            if (record.value() != null && contains(record.value(), id)) {
                scan.decode(record, SpecificRecord.class)
                        .filter(value -> concerns(value, requestId, device))
                        .ifPresent(value -> found.add(evidence(record, value)));
            }
        });
        return found;
    }

    /**
     * Whether a record is about the request, or about a replay of it.
     *
     * @param device of the request; without it, that of any
     */
    static boolean concerns(SpecificRecord record, String requestId, Optional<String> device) {
        String at = String.valueOf(field(record, "device_id"));
        if (device.isPresent() && !at.isEmpty() && !small(at).equals(device.get())) {
            return false;
        }
        if (record instanceof AuditRecord audit) {
            return audit.getRequestId().equals(requestId) || requestId.equals(audit.getNewRequestId());
        }
        return requestId.equals(field(record, "request_id")) || requestId.equals(field(record, "replay_of"));
    }

    private static String small(String device) {
        return device.toLowerCase(Locale.ROOT);
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

    private static FoundRecord evidence(ConsumerRecord<String, byte[]> record, SpecificRecord value) {
        return new FoundRecord(
                record.topic(), record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()), value);
    }

    private List<TopicPartition> of(Set<String> devices, List<String> names) {
        return names.stream()
                .flatMap(topic -> devices.stream().map(device -> scan.partition(topic, device)))
                .distinct()
                .toList();
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
