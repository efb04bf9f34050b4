package io.fleetcommand.processor.replies;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** An admin client that describes topics as the test says: at once, or when it completes a future. */
final class FakeAdmin {
    private final Map<String, KafkaFuture<TopicDescription>> topics = new HashMap<>();
    private final Map<String, KafkaFuture<Config>> settings = new HashMap<>();
    private int asked;

    void topic(String name, int partitions, long maxMessageBytes) {
        topics.put(name, KafkaFuture.completedFuture(description(name, partitions)));
        settings.put(
                name,
                KafkaFuture.completedFuture(
                        new Config(List.of(new ConfigEntry("max.message.bytes", Long.toString(maxMessageBytes))))));
    }

    void topicOfHiddenSettings(String name, int partitions) {
        topic(name, partitions, 0);
        KafkaFutureImpl<Config> hidden = new KafkaFutureImpl<>();
        hidden.completeExceptionally(new TopicAuthorizationException("no"));
        settings.put(name, hidden);
    }

    void failing(String name, RuntimeException failure) {
        hanging(name).completeExceptionally(failure);
    }

    /** @return the future by which the test responds later */
    KafkaFutureImpl<TopicDescription> hanging(String name) {
        KafkaFutureImpl<TopicDescription> answer = new KafkaFutureImpl<>();
        topics.put(name, answer);
        return answer;
    }

    /** Number of topics that were looked up. */
    int asked() {
        return asked;
    }

    static TopicDescription description(String name, int partitions) {
        return new TopicDescription(
                name,
                false,
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartitionInfo(number, Node.noNode(), List.of(), List.of()))
                        .toList());
    }

    Admin admin() {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "describeTopics":
                            asked++;
                            return new Topics(names(arguments[0]));
                        case "describeConfigs":
                            return new Settings(names(arguments[0]));
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private static List<String> names(Object resources) {
        return ((Collection<?>) resources)
                .stream()
                        .map(each -> each instanceof ConfigResource resource ? resource.name() : each.toString())
                        .toList();
    }

    private final class Topics extends DescribeTopicsResult {
        Topics(List<String> names) {
            super(null, Map.of(names.get(0), topics.get(names.get(0))));
        }
    }

    private final class Settings extends DescribeConfigsResult {
        Settings(List<String> names) {
            super(Map.of(
                    new ConfigResource(ConfigResource.Type.TOPIC, names.get(0)),
                    settings.getOrDefault(names.get(0), KafkaFuture.completedFuture(new Config(List.of())))));
        }
    }
}
