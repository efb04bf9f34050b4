package io.fleetcommand.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.doctor.Finding.Status;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.registry.SchemaPublication;
import io.fleetcommand.service.Secret;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Troubles of the cluster and the token-service, each made by itself. */
class ClusterChecksTest {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Node BROKER = new Node(1, "broker", 9092);

    private final Map<String, Integer> partitions = new HashMap<>();

    @Test
    void topicsThatFitArePassed() throws Exception {
        all();

        assertThat(topics().run()).isEqualTo(Finding.ok("12 topics, requests and journal in 6 partitions"));
    }

    @Test
    void aTopicThatIsMissingIsNamed() throws Exception {
        all();
        partitions.remove(TOPICS.attempts());

        assertThat(topics().run())
                .isEqualTo(Finding.failed(
                        "missing: fleet.attempts",
                        "./fleet topics apply makes them; or start the services once with topics.create=true"));
    }

    @Test
    void partitionsThatDoNotFitAreNamed() throws Exception {
        all();
        partitions.put(TOPICS.polls(), 3);
        assertThat(topics().run().found()).contains("must have the same number").contains("fleet.polls=3");

        all();
        partitions.put(TOPICS.quota(), 2);
        assertThat(topics().run().found()).isEqualTo("fleet.quota must have one partition, but has 2");
    }

    @Test
    void topicsThatMayNotBeSeenAreNamed() throws Exception {
        all();
        partitions.put(TOPICS.audit(), -1);

        Finding finding = topics().run();
        assertThat(finding.status()).isEqualTo(Status.WARNING);
        assertThat(finding.found()).isEqualTo("this client may not see [fleet.audit]");
    }

    @Test
    void brokersThatAreAwayAreNamed() throws Exception {
        int free = freePort();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", "127.0.0.1:" + free, "default.api.timeout.ms", 1500, "request.timeout.ms", 700);

        Finding finding = new BrokersCheck("127.0.0.1:" + free, () -> Admin.create(settings)).run();

        assertThat(finding.status()).isEqualTo(Status.FAILED);
        assertThat(finding.found()).isEqualTo("no broker answers at 127.0.0.1:" + free);
    }

    @Test
    void aRegistryThatIsAwayIsNamed() throws Exception {
        String url = "http://127.0.0.1:" + freePort();
        SchemaPublication registry = new SchemaPublication(Map.of("schema.registry.url", url));

        Finding finding = new RegistryCheck(url, registry, TOPICS.schemas()).run();

        assertThat(finding.status()).isEqualTo(Status.FAILED);
        assertThat(finding.found()).startsWith("no registry answers at " + url);
    }

    @ParameterizedTest
    @CsvSource({
        "401, does not know this secret",
        "403, is an operator's",
        "429, too many wrong secrets",
        "503, has no token: the cloud refuses",
        "500, answers 500",
        "200, is no token-service"
    })
    void whatTheTokenServiceRefusesIsNamed(int status, String found) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] body = "{\"error\":\"the cloud refuses\"}".getBytes(StandardCharsets.UTF_8);
        server.createContext("/v1/token", exchange -> {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            TokenGiver.Given given =
                    new TokenServiceSession(List.of(url), Secret.of("secret-of-a-caller"), Optional.empty()).give();

            assertThat(given.token()).isEmpty();
            assertThat(given.finding().status()).isEqualTo(Status.FAILED);
            assertThat(given.finding().found()).contains(found);
            assertThat(given.finding().advice()).isNotEmpty();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aTokenServiceThatIsAwayIsNamed() throws Exception {
        String url = "http://127.0.0.1:" + freePort();

        assertThat(new TokenServiceSession(List.of(url), Secret.of("secret-of-a-caller"), Optional.empty())
                        .give()
                        .finding())
                .isEqualTo(Finding.failed(
                        "no token-service answers at " + url, "see that it runs, and token.service.url"));
    }

    private void all() {
        TOPICS.all().forEach(topic -> partitions.put(topic, 6));
        partitions.put(TOPICS.quota(), 1);
        partitions.put(TOPICS.tokenState(), 1);
    }

    private TopicsCheck topics() {
        return new TopicsCheck(TOPICS, RequestTopics.of(TOPICS), TOPICS.quota(), () -> (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "describeTopics" -> describe((Collection<?>) arguments[0]);
                    case "close" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
    }

    private DescribeTopicsResult describe(Collection<?> topics) {
        Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
        topics.forEach(topic -> answers.put(topic.toString(), describe(topic.toString())));
        return new DescribeTopicsResult(null, answers) {};
    }

    /** A negative number of partitions stands for a topic that may not be seen. */
    private KafkaFuture<TopicDescription> describe(String topic) {
        int count = partitions.getOrDefault(topic, 0);
        if (count > 0) {
            return KafkaFuture.completedFuture(new TopicDescription(
                    topic,
                    false,
                    IntStream.range(0, count)
                            .mapToObj(
                                    number -> new TopicPartitionInfo(number, BROKER, List.of(BROKER), List.of(BROKER)))
                            .toList()));
        }
        KafkaFutureImpl<TopicDescription> failed = new KafkaFutureImpl<>();
        failed.completeExceptionally(
                count < 0 ? new TopicAuthorizationException("no") : new UnknownTopicOrPartitionException());
        return failed;
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
