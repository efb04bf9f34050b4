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

/** The state topic: one partition, so that there is one leader; compacted, so that it keeps the newest state. */
public final class StateTopic {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private StateTopic() {}

    /** @throws IOException if the topic is missing and may not be created, or has the wrong number of partitions */
    public static void ensure(Map<String, Object> client, String topic, boolean create, short replicas)
            throws IOException {
        try (Admin admin = Admin.create(client)) {
            ensure(admin, topic, create, replicas, TIMEOUT);
        }
    }

    /** @param timeout of each request to the brokers, and of the wait until they know a created topic */
    static void ensure(Admin admin, String topic, boolean create, short replicas, Duration timeout) throws IOException {
        TopicLookup lookup = new TopicLookup(admin, timeout);
        try {
            Map<String, Integer> partitions = lookup.partitionCounts(List.of(topic));
            if (partitions.isEmpty() && !create) {
                throw new IOException("there is no topic " + topic + ": create it with one partition and"
                        + " cleanup.policy=compact, or set topics.create=true");
            }
            if (partitions.isEmpty()) {
                create(admin, topic, replicas, timeout);
                // Another replica may have created it with other settings.
                partitions = lookup.awaitPartitionCounts(List.of(topic));
            }
            if (partitions.get(topic) != 1) {
                throw new IOException("the topic " + topic + " must have one partition, not " + partitions.get(topic));
            }
        } catch (IllegalStateException | ExecutionException | TimeoutException failed) {
            throw new IOException("the topic " + topic + " cannot be looked at: " + message(failed), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking at the topic " + topic, interrupted);
        }
    }

    private static void create(Admin admin, String topic, short replicas, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        NewTopic newTopic = new NewTopic(topic, 1, replicas)
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(newTopic)).all().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            // Another replica has created it at the same time.
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw failed;
            }
        }
    }

    private static String message(Exception failed) {
        Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
        return failed.getMessage() + (cause == failed ? "" : " (" + cause.getMessage() + ")");
    }
}
