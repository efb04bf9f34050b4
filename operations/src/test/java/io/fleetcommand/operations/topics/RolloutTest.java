package io.fleetcommand.operations.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

/** A rollout on a cluster whose brokers learn of new topics later than its controller. */
class RolloutTest {
    private static final Node BROKER = new Node(1, "broker", 9092);
    private static final TopicSpec COMMANDS = topic("fleet.commands");
    private static final TopicSpec POLLS = topic("fleet.polls");

    private final List<String> told = new ArrayList<>();
    private final Set<String> made = new HashSet<>();
    private final Map<String, Integer> looksUntilDescribed = new HashMap<>();
    private int looksUntilConfigured;
    private int looks;

    @Test
    void topicsThatWereJustMadeAreAwaitedUntilTheyAreDescribed() {
        looksUntilDescribed.put("fleet.commands", 1);
        looksUntilDescribed.put("fleet.polls", 3);

        assertThat(run(false)).isEqualTo(Rollout.Ending.AGREES);
        assertThat(looksUntilDescribed).containsEntry("fleet.commands", 0).containsEntry("fleet.polls", 0);
        // One look before anything is made, three in vain, and one that shows all.
        assertThat(looks).isEqualTo(5);
        assertThat(told).filteredOn(line -> line.startsWith("+ topic")).hasSize(2);
    }

    @Test
    void aTopicIsThereOnlyWithItsSettings() {
        looksUntilConfigured = 2;

        assertThat(run(false)).isEqualTo(Rollout.Ending.AGREES);
        assertThat(looks).isEqualTo(4);
    }

    @Test
    void topicsThatAreThereAlreadyAreNotAwaited() {
        made.addAll(Set.of("fleet.commands", "fleet.polls"));

        assertThat(run(false)).isEqualTo(Rollout.Ending.AGREES);
        assertThat(looks).isEqualTo(1);
        assertThat(told).noneMatch(line -> line.startsWith("+"));
    }

    @Test
    void aTopicThatTheBrokerDoesNotShowYetThoughItIsThereIsAwaitedToo() {
        made.addAll(Set.of("fleet.commands", "fleet.polls"));
        looksUntilDescribed.put("fleet.polls", 2);

        assertThat(run(false)).isEqualTo(Rollout.Ending.AGREES);
        assertThat(looks).isEqualTo(3);
    }

    @Test
    void aDryRunMakesNothingAndAwaitsNothing() {
        assertThat(run(true)).isEqualTo(Rollout.Ending.DIFFERS);
        assertThat(made).isEmpty();
        assertThat(looks).isEqualTo(1);
    }

    private Rollout.Ending run(boolean dryRun) {
        Admin admin = (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "describeTopics" -> describe((Collection<?>) arguments[0]);
                    case "describeConfigs" -> configs((Collection<?>) arguments[0]);
                    case "describeAcls" ->
                        AdminResults.rights(AdminResults.failed(new SecurityDisabledException("no authorizer")));
                    case "createTopics" -> create((Collection<?>) arguments[0], (CreateTopicsOptions) arguments[1]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new Rollout(List.of(COMMANDS, POLLS), Set.of(), told::add).run(admin, dryRun);
    }

    private CreateTopicsResult create(Collection<?> topics, CreateTopicsOptions options) {
        Map<String, KafkaFuture<CreateTopicsResult.TopicMetadataAndConfig>> results = new HashMap<>();
        topics.forEach(topic -> {
            String name = ((NewTopic) topic).name();
            boolean isNew = options.shouldValidateOnly() ? !made.contains(name) : made.add(name);
            results.put(
                    name,
                    isNew
                            ? KafkaFuture.completedFuture(null)
                            : AdminResults.failed(new TopicExistsException(name + " is there")));
        });
        return new CreateTopicsResult(results) {};
    }

    private DescribeTopicsResult describe(Collection<?> topics) {
        looks++;
        Map<String, KafkaFuture<TopicDescription>> results = new HashMap<>();
        topics.forEach(topic -> {
            String name = topic.toString();
            int left = made.contains(name) ? looksUntilDescribed.getOrDefault(name, 0) : 1;
            if (made.contains(name)) {
                looksUntilDescribed.put(name, Math.max(0, left - 1));
            }
            results.put(
                    name,
                    left == 0
                            ? KafkaFuture.completedFuture(described(name))
                            : AdminResults.failed(new UnknownTopicOrPartitionException()));
        });
        return new DescribeTopicsResult(null, results) {};
    }

    private DescribeConfigsResult configs(Collection<?> resources) {
        boolean known = resources.isEmpty() || looksUntilConfigured-- <= 0;
        Map<ConfigResource, KafkaFuture<Config>> results = new HashMap<>();
        resources.forEach(resource -> results.put(
                (ConfigResource) resource,
                known
                        ? KafkaFuture.completedFuture(new Config(List.of(new ConfigEntry("retention.ms", "10"))))
                        : AdminResults.failed(new UnknownTopicOrPartitionException())));
        return new DescribeConfigsResult(results) {};
    }

    private static TopicDescription described(String name) {
        return new TopicDescription(
                name,
                false,
                IntStream.range(0, 3)
                        .mapToObj(number -> new TopicPartitionInfo(number, BROKER, List.of(BROKER), List.of(BROKER)))
                        .toList());
    }

    private static TopicSpec topic(String name) {
        return new TopicSpec(name, 3, (short) 1, false, Map.of("retention.ms", "10"));
    }
}
