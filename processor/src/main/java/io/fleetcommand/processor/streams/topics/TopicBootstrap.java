package io.fleetcommand.processor.streams.topics;

import io.fleetcommand.model.Topics;
import io.fleetcommand.service.TopicLookup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Checks, and if allowed creates, the topics before the stream starts: all must exist, and the input topics must be
 * co-partitioned, or requests and their journal events would reach different tasks.
 *
 * @param requests the request topics
 * @param quota the compacted topic with one partition through which instances share the quota
 * @param create whether missing topics are created
 * @param partitions partition count of created topics
 * @param replication replication factor of created topics
 */
public record TopicBootstrap(
        Topics topics, RequestTopics requests, String quota, boolean create, int partitions, short replication) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Longer than any outage: requests may run twice if journal events expire before they are read. */
    private static final Duration JOURNAL_RETENTION = Duration.ofDays(7);
    /** Audit questions come long after the requests are gone. */
    private static final Duration AUDIT_RETENTION = Duration.ofDays(365);
    /** Copies are relayed to their reply topics within seconds; after an outage of a day no caller waits for them. */
    private static final Duration REPLIES_RETENTION = Duration.ofDays(1);

    /**
     * @return the partition count of the input topics
     * @throws IllegalStateException if topics are missing or not co-partitioned, naming them and the remedy
     */
    public int ensure(Admin admin) throws InterruptedException {
        return ensure(admin, TIMEOUT);
    }

    /** @param limit timeout of each broker response, and of the wait until created topics are known */
    int ensure(Admin admin, Duration limit) throws InterruptedException {
        TopicLookup lookup = new TopicLookup(admin, limit);
        Map<String, Integer> found = lookup.partitionCounts(all().toList());
        Set<String> missing =
                all().filter(topic -> !found.containsKey(topic)).collect(Collectors.toCollection(TreeSet::new));
        if (!missing.isEmpty()) {
            if (!create) {
                throw new IllegalStateException("these topics do not exist: " + missing
                        + ". Create them with equal partition counts, or set topics.create=true");
            }
            create(admin, missing, found, limit);
        }
        Map<String, Integer> counts = missing.isEmpty() ? found : lookup.awaitPartitionCounts(all().toList());
        checkCoPartitioned(counts);
        return counts.get(topics.attempts());
    }

    /** The topics with their settings as they are created. */
    public List<NewTopic> newTopics() {
        return newTopics(partitions);
    }

    private List<NewTopic> newTopics(int coPartitions) {
        return all().map(name -> newTopic(name, coPartitions)).toList();
    }

    private NewTopic newTopic(String name, int coPartitions) {
        if (name.equals(quota)) {
            return new NewTopic(name, 1, replication).configs(Map.of("cleanup.policy", "compact"));
        }
        boolean matching = coPartitioned().contains(name);
        return new NewTopic(name, matching ? coPartitions : partitions, replication).configs(retention(name));
    }

    private void create(Admin admin, Set<String> missing, Map<String, Integer> found, Duration limit)
            throws InterruptedException {
        // A topic that is created later must match the existing co-partitioned topics, whatever the settings say by
        // now.
        int matching = coPartitioned().stream()
                .map(found::get)
                .filter(count -> count != null)
                .findFirst()
                .orElse(partitions);
        List<NewTopic> wanted = newTopics(matching).stream()
                .filter(topic -> missing.contains(topic.name()))
                .toList();
        for (KafkaFuture<Void> creation : admin.createTopics(wanted).values().values()) {
            try {
                await(creation, limit);
            } catch (ExecutionException failed) {
                // Another instance may have created it at the same time.
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw new IllegalStateException("the topics " + missing + " cannot be created", failed.getCause());
                }
            }
        }
    }

    private Map<String, String> retention(String topic) {
        if (topic.equals(topics.attempts())) {
            return Map.of("retention.ms", Long.toString(JOURNAL_RETENTION.toMillis()));
        }
        if (topic.equals(topics.audit())) {
            return Map.of("retention.ms", Long.toString(AUDIT_RETENTION.toMillis()));
        }
        return topic.equals(topics.replies())
                ? Map.of("retention.ms", Long.toString(REPLIES_RETENTION.toMillis()))
                : Map.of();
    }

    private void checkCoPartitioned(Map<String, Integer> found) {
        Map<String, Integer> counts = coPartitioned().stream()
                .filter(found::containsKey)
                .collect(Collectors.toMap(topic -> topic, found::get));
        if (Set.copyOf(counts.values()).size() > 1) {
            throw new IllegalStateException("these topics must have the same number of partitions, but have " + counts
                    + ". Recreate the smaller ones, or raise them with kafka-topics --alter while nothing is"
                    + " in flight");
        }
    }

    private static void await(KafkaFuture<Void> future, Duration limit)
            throws InterruptedException, ExecutionException {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException timeout) {
            throw new IllegalStateException(
                    "Kafka has not answered within " + limit.toSeconds() + " s; check bootstrap.servers", timeout);
        }
    }

    private List<String> coPartitioned() {
        return Stream.of(requests.commands(), requests.polls(), List.of(topics.cancellations(), topics.attempts()))
                .flatMap(List::stream)
                .toList();
    }

    private Stream<String> all() {
        return Stream.of(coPartitioned(), topics.answers(), List.of(topics.audit(), quota))
                .flatMap(List::stream);
    }
}
