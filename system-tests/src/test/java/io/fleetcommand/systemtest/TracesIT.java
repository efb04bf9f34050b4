package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A caller's trace, from its request to the call of the cloud and back on the result. */
class TracesIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String DEVICE = "e00fce680000000000000001";
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String STATE = "vendor=00f067aa0ba902b7";

    private final BlockingQueue<String> parentsAtTheCloud = new LinkedBlockingQueue<>();

    @Test
    void theCallersTraceIsOnTheCallAndOnTheResult() throws Exception {
        HttpServer cloud = cloud();
        StackOptions options = StackOptions.standard()
                .withProcessor(Map.of(
                        "cloud.url", "http://127.0.0.1:" + cloud.getAddress().getPort()));
        try (LocalStack stack = LocalStack.start(Installation.find(), options)) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            publish(kafka);

            ConsumerRecord<String, Object> result = result(kafka);
            assertThat(((CommandResult) result.value()).getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.headers().lastHeader("traceparent").value())
                    .asString()
                    .isEqualTo(PARENT);
            assertThat(result.headers().lastHeader("tracestate").value())
                    .asString()
                    .isEqualTo(STATE);
            assertThat(parentsAtTheCloud).containsExactly(PARENT);
        } finally {
            cloud.stop(0);
        }
    }

    /** A cloud whose every function gives 1, and which notes the trace of each call. */
    private HttpServer cloud() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            parentsAtTheCloud.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            exchange.getRequestBody().readAllBytes();
            byte[] body = ("{\"id\":\"" + DEVICE + "\",\"connected\":true,\"return_value\":1}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void publish(Kafka kafka) throws Exception {
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId("traced")
                .setDeviceId(DEVICE)
                .setFunction("setLed")
                .setCreatedAt(Instant.now())
                .build();
        ProducerRecord<String, Object> record = new ProducerRecord<>(TOPICS.commands(), DEVICE, command);
        record.headers().add("traceparent", PARENT.getBytes(StandardCharsets.UTF_8));
        record.headers().add("tracestate", STATE.getBytes(StandardCharsets.UTF_8));
        try (KafkaProducer<String, Object> producer = kafka.producer()) {
            producer.send(record).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static ConsumerRecord<String, Object> result(Kafka kafka) {
        try (KafkaConsumer<String, Object> consumer = WholeTopic.open(kafka, TOPICS.commandResults())) {
            long endNanos = System.nanoTime() + TIMEOUT.toNanos();
            while (System.nanoTime() < endNanos) {
                for (ConsumerRecord<String, Object> record : consumer.poll(Duration.ofMillis(200))) {
                    return record;
                }
            }
        }
        throw new AssertionError("no result after " + TIMEOUT);
    }
}
