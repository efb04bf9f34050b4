package io.fleetcommand.token.state;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** An admin client of brokers that describe a created topic only after some attempts. */
final class LateAdmin {
    private final int unknownFor;
    private final Map<String, Integer> partitions = new TreeMap<>();
    private final Map<String, Integer> asked = new HashMap<>();

    LateAdmin(int unknownFor) {
        this.unknownFor = unknownFor;
    }

    Admin client() {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "createTopics" -> create(list(arguments[0], NewTopic.class));
                    case "describeTopics" -> describe(list(arguments[0], String.class));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** The created topics, each with its number of partitions. */
    Map<String, Integer> created() {
        return partitions;
    }

    private static <T> List<T> list(Object argument, Class<T> of) {
        return ((Collection<?>) argument).stream().map(of::cast).toList();
    }

    private CreateTopicsResult create(List<NewTopic> topics) {
        Map<String, KafkaFuture<CreateTopicsResult.TopicMetadataAndConfig>> done = new HashMap<>();
        for (NewTopic topic : topics) {
            partitions.put(topic.name(), topic.numPartitions());
            done.put(
                    topic.name(),
                    KafkaFuture.completedFuture(new CreateTopicsResult.TopicMetadataAndConfig(
                            Uuid.randomUuid(), topic.numPartitions(), 1, new Config(List.of()))));
        }
        return new CreateTopicsResult(done) {};
    }

    private DescribeTopicsResult describe(List<String> topics) {
        Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
        topics.forEach(topic -> answers.put(topic, describe(topic)));
        return new DescribeTopicsResult(null, answers) {};
    }

    private KafkaFuture<TopicDescription> describe(String topic) {
        boolean known = partitions.containsKey(topic) && asked.merge(topic, 1, Integer::sum) > unknownFor;
        if (!known) {
            KafkaFutureImpl<TopicDescription> unknown = new KafkaFutureImpl<>();
            unknown.completeExceptionally(new UnknownTopicOrPartitionException());
            return unknown;
        }
        Node broker = new Node(1, "broker", 9092);
        return KafkaFuture.completedFuture(new TopicDescription(
                topic,
                false,
                IntStream.range(0, partitions.get(topic))
                        .mapToObj(number -> new TopicPartitionInfo(number, broker, List.of(broker), List.of(broker)))
                        .toList()));
    }
}
