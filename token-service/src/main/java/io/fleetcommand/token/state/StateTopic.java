package io.fleetcommand.token.state;

import java.io.IOException;
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
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic of the state: one partition, so that one replica leads; compacted, so that the newest state is kept. */
public final class StateTopic {
    private static final long PATIENCE_S = 30;

    private StateTopic() {}

    /** @throws IOException if the topic is missing and may not be created, or cannot serve */
    public static void ensure(Map<String, Object> client, String topic, boolean create, short replicas)
            throws IOException {
        try (Admin admin = Admin.create(client)) {
            Optional<Integer> partitions = partitions(admin, topic);
            if (partitions.isEmpty() && create) {
                create(admin, topic, replicas);
            } else if (partitions.isEmpty()) {
                throw new IOException("there is no topic " + topic + ": create it with one partition and"
                        + " cleanup.policy=compact, or set topics.create=true");
            } else if (partitions.get() != 1) {
                throw new IOException("the topic " + topic + " must have one partition, not " + partitions.get());
            }
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("the topic " + topic + " cannot be looked at: " + failed.getMessage(), failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking at the topic " + topic, hurried);
        }
    }

    private static Optional<Integer> partitions(Admin admin, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return Optional.of(admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get(PATIENCE_S, TimeUnit.SECONDS)
                    .partitions()
                    .size());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private static void create(Admin admin, String topic, short replicas)
            throws ExecutionException, InterruptedException, TimeoutException {
        NewTopic wanted = new NewTopic(topic, 1, replicas)
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(wanted)).all().get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            // Another replica starts at the same time.
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw failed;
            }
        }
    }
}
