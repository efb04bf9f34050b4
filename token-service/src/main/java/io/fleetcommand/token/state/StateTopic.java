package io.fleetcommand.token.state;

import io.fleetcommand.service.TopicLookup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topic of the state: one partition, so that one replica leads; compacted, so that the newest state is kept. */
public final class StateTopic {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private StateTopic() {}

    /** @throws IOException if the topic is missing and may not be created, or cannot serve */
    public static void ensure(Map<String, Object> client, String topic, boolean create, short replicas)
            throws IOException {
        try (Admin admin = Admin.create(client)) {
            ensure(admin, topic, create, replicas, TIMEOUT);
        }
    }

    /** @param limit of each answer of the brokers, and of the wait until they know a topic that was created */
    static void ensure(Admin admin, String topic, boolean create, short replicas, Duration limit) throws IOException {
        TopicLookup lookup = new TopicLookup(admin, limit);
        try {
            Map<String, Integer> partitions = lookup.partitionCounts(List.of(topic));
            if (partitions.isEmpty() && !create) {
                throw new IOException("there is no topic " + topic + ": create it with one partition and"
                        + " cleanup.policy=compact, or set topics.create=true");
            }
            if (partitions.isEmpty()) {
                create(admin, topic, replicas, limit);
                // Another replica may have created it otherwise.
                partitions = lookup.awaitPartitionCounts(List.of(topic));
            }
            if (partitions.get(topic) != 1) {
                throw new IOException("the topic " + topic + " must have one partition, not " + partitions.get(topic));
            }
        } catch (IllegalStateException | ExecutionException | TimeoutException failed) {
            throw new IOException("the topic " + topic + " cannot be looked at: " + why(failed), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking at the topic " + topic, interrupted);
        }
    }

    private static void create(Admin admin, String topic, short replicas, Duration limit)
            throws ExecutionException, InterruptedException, TimeoutException {
        NewTopic wanted = new NewTopic(topic, 1, replicas)
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(wanted)).all().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            // Another replica starts at the same time.
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw failed;
            }
        }
    }

    private static String why(Exception failed) {
        Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
        return failed.getMessage() + (cause == failed ? "" : " (" + cause.getMessage() + ")");
    }
}
