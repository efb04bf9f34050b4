package io.fleetcommand.operations.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A Kafka cluster, as far as topics and rights go. Every failure is an {@link IllegalStateException} that says what
 * could not be done, to what, and why.
 */
final class Cluster {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Admin admin;

    Cluster(Admin admin) {
        this.admin = admin;
    }

    /** @param wanted the topics to look for */
    ClusterState state(Collection<TopicSpec> wanted) {
        Map<String, TopicDescription> there = new HashMap<>();
        admin.describeTopics(wanted.stream().map(TopicSpec::name).toList())
                .topicNameValues()
                .forEach((name, described) -> description(name, described).ifPresent(topic -> there.put(name, topic)));
        Map<String, TopicSpec> specs = new HashMap<>();
        configs(there.keySet()).forEach((name, config) -> {
            TopicDescription topic = there.get(name);
            short replicas = (short) topic.partitions().get(0).replicas().size();
            specs.put(name, new TopicSpec(name, topic.partitions().size(), replicas, false, config));
        });
        return new ClusterState(specs, rights());
    }

    /** Does one thing, or with {@code validateOnly} has the brokers say whether it could be done. */
    void carryOut(Change change, boolean validateOnly) {
        try {
            await(change.on(admin, validateOnly));
        } catch (ExecutionException refused) {
            // Created already, but not known to the broker that was asked: the wait for agreement shows how it is.
            if (refused.getCause() instanceof TopicExistsException) {
                return;
            }
            throw failure("this cannot be done: " + change.text(), refused);
        }
    }

    private static Optional<TopicDescription> description(String name, KafkaFuture<TopicDescription> described) {
        try {
            return Optional.of(await(described));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failure("the topic " + name + " cannot be looked up", failed);
        }
    }

    private Map<String, Map<String, String>> configs(Set<String> topics) {
        Set<ConfigResource> resources = new HashSet<>();
        topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
        Map<String, Map<String, String>> configs = new HashMap<>();
        admin.describeConfigs(resources)
                .values()
                .forEach((resource, described) ->
                        config(described).ifPresent(config -> configs.put(resource.name(), values(config))));
        return configs;
    }

    /** The settings of a topic; empty if the broker that was asked does not know the topic yet. */
    private static Optional<Config> config(KafkaFuture<Config> described) {
        try {
            return Optional.of(await(described));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failure("the topics' settings cannot be looked up", failed);
        }
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            values.put(entry.name(), Optional.ofNullable(entry.value()).orElse(""));
        }
        return values;
    }

    private Optional<Set<AclBinding>> rights() {
        try {
            return Optional.of(
                    Set.copyOf(await(admin.describeAcls(AclBindingFilter.ANY).values())));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SecurityDisabledException) {
                return Optional.empty();
            }
            throw failure("the cluster's rights cannot be looked up", failed);
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "Kafka has not answered within " + TIMEOUT.toSeconds() + " s; check bootstrap.servers", late);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Kafka", ended);
        }
    }

    private static IllegalStateException failure(String what, ExecutionException why) {
        return new IllegalStateException(what + " (" + why.getCause().getMessage() + ")", why.getCause());
    }
}
