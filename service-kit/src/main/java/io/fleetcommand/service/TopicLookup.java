package io.fleetcommand.service;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks up the partition counts of topics. Some brokers do not know a new topic for a moment; {@link
 * #awaitPartitionCounts} waits until they do.
 *
 * @param limit timeout of each request to the brokers, and of the wait for created topics
 */
public record TopicLookup(Admin admin, Duration limit) {
    private static final long RETRY_INTERVAL_MS = 100;

    /**
     * The number of partitions of each topic that exists.
     *
     * @throws IllegalStateException if the brokers fail the request or do not respond in time; the message says why
     */
    public Map<String, Integer> partitionCounts(Collection<String> topics) throws InterruptedException {
        Map<String, Integer> counts = new HashMap<>();
        for (KafkaFuture<TopicDescription> description :
                admin.describeTopics(topics).topicNameValues().values()) {
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

    /**
     * Waits until the brokers know all topics, and returns their numbers of partitions.
     *
     * @throws IllegalStateException if they do not in time; the message names the unknown topics
     */
    public Map<String, Integer> awaitPartitionCounts(Collection<String> created) throws InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        Map<String, Integer> counts = partitionCounts(created);
        while (!counts.keySet().containsAll(created)) {
            if (System.nanoTime() > endNanos) {
                TreeSet<String> unknown = new TreeSet<>(created);
                unknown.removeAll(counts.keySet());
                throw new IllegalStateException("the topics " + unknown + " were created, but the brokers do not know"
                        + " them after " + limit.toSeconds() + " s; look at the brokers' logs, and start again");
            }
            TimeUnit.MILLISECONDS.sleep(RETRY_INTERVAL_MS);
            counts = partitionCounts(created);
        }
        return counts;
    }

    private <T> T await(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "Kafka has not answered within " + limit.toSeconds() + " s; check bootstrap.servers", late);
        }
    }
}
