package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.ReplyTo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reply topics that the policy allows, that exist, and that take every result. What Kafka said about a topic is remembered for a while. Guarded by
 * itself: stream threads share it.
 */
public final class AllowedReplyTopics implements ReplyTopics {
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_REMEMBERED = 10_000;
    /** No result is longer. One that a topic does not take would end the transaction it is part of, again and again. */
    private static final long LONGEST_RESULT = 384 * 1024;

    private final BiPredicate<String, String> allowed;
    private final Admin admin;
    private final InstantSource clock;
    private final Map<String, Known> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /** @param allowed whether requests of a topic may name a reply topic, by the policy as it is at the moment */
    public AllowedReplyTopics(BiPredicate<String, String> allowed, Admin admin, InstantSource clock) {
        this.allowed = allowed;
        this.admin = admin;
        this.clock = clock;
    }

    /** @throws IllegalStateException if Kafka does not answer: the stream must not go on and drop replies */
    @Override
    public synchronized Optional<String> refusal(String requestTopic, ReplyTo wanted) {
        if (!wanted.isGiven()) {
            return Optional.empty();
        }
        if (!allowed.test(requestTopic, wanted.topic())) {
            return Optional.of("the policy allows requests on " + requestTopic + " no reply topic " + wanted.topic());
        }
        return unfit(wanted.topic());
    }

    private Optional<String> unfit(String topic) {
        Known memory = known.get(topic);
        if (memory != null && clock.millis() < memory.untilMs()) {
            return memory.unfit();
        }
        Optional<String> unfit = ask(topic);
        known.remove(topic);
        known.put(topic, new Known(unfit, clock.millis() + REMEMBERED.toMillis()));
        return unfit;
    }

    private Optional<String> ask(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            ConfigEntry most = admin.describeConfigs(List.of(resource))
                    .all()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .get(resource)
                    .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            return Long.parseLong(most.value()) >= LONGEST_RESULT
                    ? Optional.empty()
                    : Optional.of("the reply topic " + topic + " takes records of " + most.value()
                            + " bytes; its max.message.bytes must be " + LONGEST_RESULT + " or more");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException
                    || failed.getCause() instanceof InvalidTopicException) {
                return Optional.of("the reply topic " + topic + " does not exist");
            }
            if (failed.getCause() instanceof AuthorizationException) {
                // It exists, and how long its records may be is not for us to know.
                return Optional.empty();
            }
            throw new IllegalStateException("the reply topic " + topic + " cannot be looked up", failed.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException("Kafka has not said in time whether the topic " + topic + " exists", late);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking up the reply topic " + topic, ended);
        }
    }

    private record Known(Optional<String> unfit, long untilMs) {}
}
