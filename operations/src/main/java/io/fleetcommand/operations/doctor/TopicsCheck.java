package io.fleetcommand.operations.doctor;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether all topics are there, with partitions that fit together, leaders and replicas in sync. */
record TopicsCheck(Topics topics, RequestTopics requests, String quota, Supplier<Admin> kafka) implements Check {
    static final String NAME = "topics and partitions";
    private static final long LIMIT_S = 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(BrokersCheck.NAME);
    }

    @Override
    public Finding run() throws Exception {
        Map<String, TopicDescription> found = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        try (Admin admin = kafka.get()) {
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                    admin.describeTopics(all()).topicNameValues().entrySet()) {
                try {
                    found.put(topic.getKey(), topic.getValue().get(LIMIT_S, TimeUnit.SECONDS));
                } catch (ExecutionException failed) {
                    if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                        missing.add(topic.getKey());
                    } else if (failed.getCause() instanceof TopicAuthorizationException) {
                        hidden.add(topic.getKey());
                    } else {
                        throw failed;
                    }
                }
            }
        }
        return judge(found, missing, hidden);
    }

    private Finding judge(Map<String, TopicDescription> found, List<String> missing, List<String> hidden) {
        if (!missing.isEmpty()) {
            return Finding.failed(
                    "missing: " + String.join(", ", new TreeSet<>(missing)),
                    "./fleet topics apply makes them; or start the services once with topics.create=true");
        }
        Map<String, Integer> matching = new TreeMap<>();
        coPartitioned().filter(found::containsKey).forEach(topic -> matching.put(topic, count(found.get(topic))));
        if (new TreeSet<>(matching.values()).size() > 1) {
            return Finding.failed(
                    "these must have the same number of partitions, but have " + matching,
                    "create the smaller ones anew, or raise them with kafka-topics --alter while nothing is in flight");
        }
        for (String single : List.of(quota, topics.tokenState())) {
            if (found.containsKey(single) && count(found.get(single)) != 1) {
                return Finding.failed(
                        single + " must have one partition, but has " + count(found.get(single)),
                        "delete it and create it anew with one partition and cleanup.policy=compact");
            }
        }
        List<String> headless = found.values().stream()
                .filter(topic -> topic.partitions().stream()
                        .anyMatch(partition ->
                                partition.leader() == null || partition.leader().isEmpty()))
                .map(TopicDescription::name)
                .toList();
        if (!headless.isEmpty()) {
            return Finding.failed("partitions without a leader: " + headless, "see which brokers are down");
        }
        if (!hidden.isEmpty()) {
            return Finding.warning(
                    "this client may not see " + new TreeSet<>(hidden),
                    "look with a principal that has DESCRIBE for them, such as the operator of deploy/acls.yaml");
        }
        List<String> lagging = found.values().stream()
                .filter(topic -> topic.partitions().stream()
                        .anyMatch(partition ->
                                partition.isr().size() < partition.replicas().size()))
                .map(TopicDescription::name)
                .toList();
        return lagging.isEmpty()
                ? Finding.ok(found.size() + " topics, requests and journal in "
                        + matching.values().stream().findFirst().orElse(0) + " partitions")
                : Finding.warning("replicas that are behind: " + lagging, "see which brokers are down or slow");
    }

    private static int count(TopicDescription topic) {
        return topic.partitions().size();
    }

    private Stream<String> coPartitioned() {
        return Stream.of(requests.commands(), requests.polls(), List.of(topics.cancellations(), topics.attempts()))
                .flatMap(List::stream);
    }

    private List<String> all() {
        return Stream.of(
                        coPartitioned().toList(), topics.answers(), List.of(topics.audit(), quota, topics.tokenState()))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }
}
