package io.fleetcommand.systemtest.bench.abuse;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.registry.AvroSerializer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What an abuser has at hand: request topics and devices of its own, any bytes it likes, the schema registry, the address
 * of the processor's probes. One kind of abuse at a time uses it, from one thread; the counts may be read by any.
 */
final class Abuser implements AutoCloseable {
    static final String COMMANDS = "abuse.commands";
    static final String POLLS = "abuse.polls";
    /** Reply topics that the abuser may name begin so. */
    static final String REPLIES = "replies.abuse.";

    static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final int WIRE_PREFIX = 5;
    private static final long TIMEOUT_S = 30;
    private static final int MAX_BYTES = 1_000_000;

    private final Kafka kafka;
    private final RegistryFrontEnd frontEnd;
    private final Supplier<String> opsUrl;
    private final List<String> devices;
    private final Duration phase;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer serializer = new AvroSerializer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(20);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /**
     * @param frontEnd by which the processor reaches the schema registry
     * @param opsUrl where the processor answers its probes, which changes when it starts again
     * @param devices that are there and called by nobody else
     * @param phase for how long an abuse that lasts goes on
     */
    Abuser(Kafka kafka, RegistryFrontEnd frontEnd, Supplier<String> opsUrl, List<String> devices, Duration phase) {
        this.kafka = kafka;
        this.frontEnd = frontEnd;
        this.opsUrl = opsUrl;
        this.devices = List.copyOf(devices);
        this.phase = phase;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        2 * MAX_BYTES),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        serializer.configure(Map.of("schema.registry.url", kafka.registry()), false);
    }

    Random random() {
        return random;
    }

    RegistryFrontEnd frontEnd() {
        return frontEnd;
    }

    String opsUrl() {
        return opsUrl.get();
    }

    Duration phase() {
        return phase;
    }

    /** One of its devices, by any number. */
    String device(int number) {
        return devices.get(Math.floorMod(number, devices.size()));
    }

    /** The id of a device that nobody has. */
    String randomDevice() {
        byte[] id = new byte[12];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** A good command, to be spoilt. */
    DeviceCommand.Builder command(String id, String device) {
        return DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument("on")
                .setRequester("abuser")
                .setCreatedAt(Instant.now());
    }

    /** A good poll, to be spoilt. */
    VariablePoll.Builder poll(String id, String device) {
        return VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setVariable("temperature")
                .setRequester("abuser")
                .setCreatedAt(Instant.now());
    }

    /** A good cancellation, to be spoilt. */
    Cancellation.Builder cancellation(String id, String device) {
        return Cancellation.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setRequester("abuser")
                .setCreatedAt(Instant.now());
    }

    /** A record in the wire format, under the schema of its topic. */
    byte[] bytes(String topic, SpecificRecord value) {
        return serializer.serialize(topic, value);
    }

    /** The bytes of a record behind its schema id. */
    byte[] body(String topic, SpecificRecord value) {
        byte[] all = bytes(topic, value);
        return ByteBuffer.allocate(all.length - WIRE_PREFIX)
                .put(all, WIRE_PREFIX, all.length - WIRE_PREFIX)
                .array();
    }

    /** The wire format of any body under any schema id. */
    static byte[] wire(int schemaId, byte[] body) {
        return ByteBuffer.allocate(WIRE_PREFIX + body.length)
                .put((byte) 0)
                .putInt(schemaId)
                .put(body)
                .array();
    }

    /** The schema id that a record of the wire format carries. */
    static int schemaId(byte[] wire) {
        return ByteBuffer.wrap(wire, 1, Integer.BYTES).getInt();
    }

    void send(DeviceCommand command) {
        send(COMMANDS, command.getDeviceId(), bytes(COMMANDS, command), Map.of());
    }

    void send(VariablePoll poll) {
        send(POLLS, poll.getDeviceId(), bytes(POLLS, poll), Map.of());
    }

    void send(Cancellation cancellation) {
        String topic = TOPICS.cancellations();
        send(topic, cancellation.getDeviceId(), bytes(topic, cancellation), Map.of());
    }

    void send(String topic, String key, byte[] value, Map<String, byte[]> headers) {
        send(topic, key.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    /** Publishes whatever it is given; the broker may refuse it, which is counted. Keys and values may be null, as in Kafka. */
    void send(String topic, byte[] key, byte[] value, Map<String, byte[]> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, bytes) -> record.headers().add(new RecordHeader(name, bytes)));
        sent.incrementAndGet();
        producer.send(record, (metadata, failed) -> {
            if (failed != null) {
                refused.incrementAndGet();
            }
        });
    }

    void flush() {
        producer.flush();
    }

    /** Registers a schema of any kind under a subject; the registry takes all of them. */
    int register(String subject, String schema, String type) throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(kafka.registry() + "/subjects/" + subject + "/versions"))
                .timeout(Duration.ofSeconds(TIMEOUT_S))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        json.writeValueAsString(Map.of("schema", schema, "schemaType", type))))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "the schema registry refuses " + subject + ": " + response.statusCode() + " " + response.body());
        }
        return json.readTree(response.body()).path("id").asInt();
    }

    void createTopic(String name, Map<String, String> config) {
        try (Admin admin = admin()) {
            done(
                    admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(config)))
                            .all(),
                    name + " cannot be created");
        }
    }

    void deleteTopic(String name) {
        try (Admin admin = admin()) {
            done(admin.deleteTopics(List.of(name)).all(), name + " cannot be deleted");
        }
    }

    private static void done(KafkaFuture<Void> deed, String otherwise) {
        try {
            deed.get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(otherwise + ": " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(otherwise + ": interrupted", interrupted);
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    /** Lets time pass in which the abuse goes on. */
    void last(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    /** Records that were given to Kafka since the last look. */
    long takeSent() {
        return sent.getAndSet(0);
    }

    /** Those of them that Kafka itself refused. */
    long takeRefused() {
        return refused.getAndSet(0);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}
