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
 * Looks up topics and how many partitions they have. A topic that was just created is unknown to some brokers for a
 * moment, so who has created topics waits for their descriptions.
 *
 * @param limit of each answer of the brokers, and of the wait for topics that were created
 */
public record TopicLookup(Admin admin, Duration limit) {
    private static final long LOOK_EVERY_MS = 100;

    /**
     * The number of partitions of each topic that exists.
     *
     * @throws IllegalStateException if the brokers refuse or do not answer in time, saying why
     */
    public Map<String, Integer> partitionCounts(Collection<String> topics) throws InterruptedException {
        Map<String, Integer> counts = new HashMap<>();
        for (KafkaFuture<TopicDescription> asked :
                admin.describeTopics(topics).topicNameValues().values()) {
            try {
                TopicDescription topic = await(asked);
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
     * The number of partitions of each topic, once the brokers know all of them.
     *
     * @throws IllegalStateException if they do not in time, naming the topics that are unknown
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
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
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
