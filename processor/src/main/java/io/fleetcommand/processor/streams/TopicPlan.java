package io.fleetcommand.processor.streams;

import io.fleetcommand.model.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
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
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics as they must be before the stream starts: all there, and those that are read with the same number of
 * partitions, or requests and their journal would land in different tasks.
 *
 * @param requests the topics that requests are read from
 * @param quota the compacted topic, of one partition, by which instances share the quota
 * @param create whether missing topics are made
 * @param partitions of the topics that are made
 * @param replication of the topics that are made
 */
public record TopicPlan(
        Topics topics, RequestTopics requests, String quota, boolean create, int partitions, short replication) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Longer than any outage: a journal that was cut short lets requests run twice. */
    private static final Duration JOURNAL_RETENTION = Duration.ofDays(7);
    /** Who did what is asked long after the requests themselves are gone. */
    private static final Duration AUDIT_RETENTION = Duration.ofDays(365);
    /** Copies are brought to their reply topics within seconds; after an outage of a day nobody waits for them. */
    private static final Duration REPLIES_RETENTION = Duration.ofDays(1);

    /**
     * @return how many partitions the topics that are read have
     * @throws IllegalStateException if the topics cannot serve, saying which and how to mend it
     */
    public int ensure(Admin admin) throws InterruptedException {
        Map<String, Integer> found = partitionCounts(admin);
        Set<String> missing =
                all().filter(topic -> !found.containsKey(topic)).collect(Collectors.toCollection(TreeSet::new));
        if (!missing.isEmpty()) {
            if (!create) {
                throw new IllegalStateException("these topics do not exist: " + missing
                        + ". Create them with equal partition counts, or set topics.create=true");
            }
            create(admin, missing, found);
        }
        Map<String, Integer> counts = create && !missing.isEmpty() ? partitionCounts(admin) : found;
        checkCoPartitioned(counts);
        return counts.get(topics.attempts());
    }

    /** The topics as they are made where there are none. */
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

    private void create(Admin admin, Set<String> missing, Map<String, Integer> found) throws InterruptedException {
        // A topic that is made later than its siblings must match them, whatever the settings say by now.
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
                await(creation);
            } catch (ExecutionException refused) {
                // Another instance that starts at the same time may have been quicker.
                if (!(refused.getCause() instanceof TopicExistsException)) {
                    throw new IllegalStateException("the topics " + missing + " cannot be created", refused.getCause());
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
            throw new IllegalStateException(
                    "these topics must have the same number of partitions, but have " + counts
                            + ". Recreate the smaller ones, or raise them with kafka-topics --alter while nothing is in flight");
        }
    }

    private Map<String, Integer> partitionCounts(Admin admin) throws InterruptedException {
        Map<String, Integer> counts = new HashMap<>();
        Collection<KafkaFuture<TopicDescription>> asked =
                admin.describeTopics(all().toList()).topicNameValues().values();
        for (KafkaFuture<TopicDescription> description : asked) {
            try {
                TopicDescription topic = await(description);
                counts.put(topic.name(), topic.partitions().size());
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw new IllegalStateException("the topics cannot be looked up", failed.getCause());
                }
            }
        }
        return counts;
    }

    private static <T> T await(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "Kafka has not answered within " + PATIENCE.toSeconds() + " s; check bootstrap.servers", late);
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
