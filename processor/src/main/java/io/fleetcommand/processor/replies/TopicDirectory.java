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
 * Cache of facts about reply topics. Topics are looked up in the background and cached for a while; a caller waits for
 * a look-up within the wait allowance, and gets no facts otherwise. Thread-safe: the cache is guarded by {@code this}.
 */
public final class TopicDirectory {
    private static final Duration CACHE_TTL = Duration.ofSeconds(30);
    private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_WAIT = Duration.ofMillis(500);
    private static final int MAX_CACHED = 10_000;
    private static final int MAX_PENDING = 100;

    private final Admin admin;
    private final LongSupplier nanoTime;
    private final WaitAllowance allowance;
    private final Map<String, CompletableFuture<Optional<TopicFacts>>> pending = new HashMap<>();
    private final Map<String, Cached> cache = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
            return size() > MAX_CACHED;
        }
    };

    public TopicDirectory(Admin admin, LongSupplier nanoTime) {
        this.admin = admin;
        this.nanoTime = nanoTime;
        this.allowance = new WaitAllowance(MAX_WAIT.toNanos(), nanoTime.getAsLong());
    }

    /** The facts about a topic; empty if Kafka has not responded in time. */
    Optional<TopicFacts> facts(String topic) {
        CompletableFuture<Optional<TopicFacts>> lookUp;
        Optional<TopicFacts> stale;
        synchronized (this) {
            Optional<Cached> cached = Optional.ofNullable(cache.get(topic));
            if (cached.isPresent() && nanoTime.getAsLong() - cached.get().atNanos() < CACHE_TTL.toNanos()) {
                return Optional.of(cached.get().facts());
            }
            // An expired entry may still accept a topic, but never refuses one.
            stale = cached.map(Cached::facts).filter(TopicFacts.Present.class::isInstance);
            if (!pending.containsKey(topic) && pending.size() >= MAX_PENDING) {
                return stale;
            }
            lookUp = pending.get(topic);
            if (lookUp == null) {
                lookUp = new CompletableFuture<>();
                pending.put(topic, lookUp);
                describeTopic(topic);
            }
        }
        return await(lookUp).or(() -> stale);
    }

    private Optional<TopicFacts> await(CompletableFuture<Optional<TopicFacts>> lookUp) {
        long startedNanos = nanoTime.getAsLong();
        try {
            return lookUp.get(allowance.atMostNanos(startedNanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException timeout) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a look-up ends with what was found", impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            allowance.waited(nanoTime.getAsLong() - startedNanos);
        }
    }

    /** Completes on the admin client's thread. */
    private void describeTopic(String topic) {
        try {
            admin.describeTopics(
                            List.of(topic),
                            new DescribeTopicsOptions().timeoutMs(Math.toIntExact(LOOK_UP_TIMEOUT.toMillis())))
                    .allTopicNames()
                    .whenComplete((found, failure) -> {
                        if (failure == null) {
                            describeConfig(topic, found.get(topic).partitions().size());
                        } else {
                            complete(topic, factsOf(failure));
                        }
                    });
        } catch (RuntimeException closed) {
            complete(topic, Optional.empty());
        }
    }

    private void describeConfig(String topic, int partitions) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            admin.describeConfigs(
                            List.of(resource),
                            new DescribeConfigsOptions().timeoutMs(Math.toIntExact(LOOK_UP_TIMEOUT.toMillis())))
                    .all()
                    .whenComplete((found, failure) -> {
                        OptionalLong maxBytes =
                                failure == null ? maxMessageBytes(found.get(resource)) : OptionalLong.empty();
                        complete(topic, Optional.of(new TopicFacts.Present(partitions, maxBytes)));
                    });
        } catch (RuntimeException closed) {
            complete(topic, Optional.empty());
        }
    }

    private synchronized void complete(String topic, Optional<TopicFacts> found) {
        cache.remove(topic);
        found.ifPresent(facts -> cache.put(topic, new Cached(facts, nanoTime.getAsLong())));
        Optional.ofNullable(pending.remove(topic)).ifPresent(lookUp -> lookUp.complete(found));
    }

    private static Optional<TopicFacts> factsOf(Throwable failure) {
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
        } catch (NumberFormatException invalid) {
            return OptionalLong.empty();
        }
    }

    private record Cached(TopicFacts facts, long atNanos) {}
}
