package io.fleetcommand.processor.replies;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What is known about reply topics. Looked up in the background and remembered for a while; a caller waits for a look-up
 * within its allowance and is told nothing otherwise. Thread-safe; what is remembered is guarded by this.
 */
public final class TopicDirectory {
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final Duration LOOK_UP = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
    private static final int MAX_REMEMBERED = 10_000;
    private static final int MAX_UNDER_WAY = 100;

    private final Admin admin;
    private final LongSupplier nanoTime;
    private final WaitAllowance allowance;
    private final Map<String, CompletableFuture<Optional<TopicFacts>>> underWay = new HashMap<>();
    private final Map<String, Known> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    public TopicDirectory(Admin admin, LongSupplier nanoTime) {
        this.admin = admin;
        this.nanoTime = nanoTime;
        this.allowance = new WaitAllowance(LONGEST_WAIT.toNanos(), nanoTime.getAsLong());
    }

    /** What is known about the topic; empty if Kafka has not said in time. */
    Optional<TopicFacts> facts(String topic) {
        CompletableFuture<Optional<TopicFacts>> lookUp;
        Optional<TopicFacts> older;
        synchronized (this) {
            Optional<Known> memory = Optional.ofNullable(known.get(topic));
            if (memory.isPresent() && nanoTime.getAsLong() - memory.get().atNanos() < REMEMBERED.toNanos()) {
                return Optional.of(memory.get().facts());
            }
            // Nobody is refused by what may have changed.
            older = memory.map(Known::facts).filter(TopicFacts.Present.class::isInstance);
            if (!underWay.containsKey(topic) && underWay.size() >= MAX_UNDER_WAY) {
                return older;
            }
            lookUp = underWay.get(topic);
            if (lookUp == null) {
                lookUp = new CompletableFuture<>();
                underWay.put(topic, lookUp);
                ask(topic);
            }
        }
        return await(lookUp).or(() -> older);
    }

    private Optional<TopicFacts> await(CompletableFuture<Optional<TopicFacts>> lookUp) {
        long begunNanos = nanoTime.getAsLong();
        try {
            return lookUp.get(allowance.atMostNanos(begunNanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a look-up ends with what was found", impossible);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            allowance.waited(nanoTime.getAsLong() - begunNanos);
        }
    }

    /** Ends on the admin client's thread. */
    private void ask(String topic) {
        try {
            admin.describeTopics(
                            List.of(topic), new DescribeTopicsOptions().timeoutMs(Math.toIntExact(LOOK_UP.toMillis())))
                    .allTopicNames()
                    .whenComplete((found, failure) -> {
                        if (failure == null) {
                            askForLength(topic, found.get(topic).partitions().size());
                        } else {
                            end(topic, unfit(failure));
                        }
                    });
        } catch (RuntimeException closed) {
            end(topic, Optional.empty());
        }
    }

    private void askForLength(String topic, int partitions) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            admin.describeConfigs(
                            List.of(resource),
                            new DescribeConfigsOptions().timeoutMs(Math.toIntExact(LOOK_UP.toMillis())))
                    .all()
                    .whenComplete((found, failure) -> {
                        OptionalLong most =
                                failure == null ? maxMessageBytes(found.get(resource)) : OptionalLong.empty();
                        end(topic, Optional.of(new TopicFacts.Present(partitions, most)));
                    });
        } catch (RuntimeException closed) {
            end(topic, Optional.empty());
        }
    }

    private synchronized void end(String topic, Optional<TopicFacts> found) {
        known.remove(topic);
        found.ifPresent(facts -> known.put(topic, new Known(facts, nanoTime.getAsLong())));
        Optional.ofNullable(underWay.remove(topic)).ifPresent(lookUp -> lookUp.complete(found));
    }

    private static Optional<TopicFacts> unfit(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof UnknownTopicOrPartitionException || cause instanceof InvalidTopicException) {
            return Optional.of(new TopicFacts.Absent());
        }
        return cause instanceof AuthorizationException ? Optional.of(new TopicFacts.Denied()) : Optional.empty();
    }

    private static OptionalLong maxMessageBytes(Config config) {
        ConfigEntry entry = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        try {
            return entry == null || entry.value() == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(entry.value()));
        } catch (NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }

    private record Known(TopicFacts facts, long atNanos) {}
}
