package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.junit.FleetStack;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refusal at first sight is of one record: what operators' commands make of it, against a running system. */
@FleetStack(
        devices = 40,
        simulator = {"--latency", "20ms"})
class RefusedRequestsIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static Kafka kafka;
    private static Simulation simulation;
    private static List<String> devices;
    private static Path config;
    private static KafkaProducer<String, Object> producer;
    private static ResultCollector answers;

    @BeforeAll
    static void start(Kafka cluster, Simulation itsCloud) throws Exception {
        kafka = cluster;
        simulation = itsCloud;
        devices = simulation.fleet().stream().map(Simulation.Device::id).toList();
        config = Files.writeString(
                folder.resolve("client.properties"),
                "bootstrap.servers=" + kafka.bootstrapServers() + "\nschema.registry.url=" + kafka.registry() + "\n");
        producer = kafka.producer();
        answers = ResultCollector.open(kafka, TOPICS);
    }

    @AfterAll
    static void stop() {
        answers.close();
        producer.close();
    }

    @Test
    void aRefusedCommandThatItsCallerHadRunSinceIsNotReplayed() throws Exception {
        String device = devices.get(0);
        DeviceCommand command = command("twice", device).build();
        send(toRefusedReplyTopic(command));
        assertThat(results("twice", 1)).extracting(ReceivedResult::reason).containsExactly("REPLY_TOPIC_REFUSED");
        assertThat(text("failed", "replay", "--id", "twice", "--dry-run")).contains("twice~r1");

        send(new ProducerRecord<>(TOPICS.commands(), device, command));
        assertThat(results("twice", 2).get(1).status()).isEqualTo(Status.SUCCEEDED);

        for (String[] named : new String[][] {{}, {"--reason", "REPLY_TOPIC_REFUSED"}}) {
            assertThat(text(with(named, "failed", "replay", "--id", "twice", "--yes")))
                    .contains("left out: 1 were refused, and their callers asked again", "nothing to replay");
        }
        assertThat(simulation.runs().getOrDefault(device, List.of()).stream().filter(Simulation.Run::function))
                .hasSize(1);
    }

    @Test
    void anOpenRequestIsCancelledThoughASecondRecordOfItWasRefused() throws Exception {
        String device = devices.get(1);
        DeviceCommand open = command("open", device)
                .setNotBefore(Instant.now().plusSeconds(600))
                .build();
        send(toRefusedReplyTopic(command("refused", device).build()));
        send(new ProducerRecord<>(TOPICS.commands(), device, open));
        send(toRefusedReplyTopic(open));
        assertThat(results("open", 1)).extracting(ReceivedResult::reason).containsExactly("REPLY_TOPIC_REFUSED");

        assertThat(text("cancel", "--device", device, "--dry-run", "--output", "json")
                        .lines())
                .singleElement()
                .asString()
                .contains("\"open\"");
        text("cancel", "--device", device, "--yes");
        assertThat(results("open", 2).get(1).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void theStoryHasWhatLiesWhereTheDevicesRecordsDoNot() throws Exception {
        String device = devices.get(2);
        String capitals = device.toUpperCase(Locale.ROOT);
        DeviceCommand inCapitals = command("capitals", capitals).build();
        DeviceCommand stray = command("stray", device).build();
        DeviceCommand otherKey = command("other-key", device).build();
        send(new ProducerRecord<>(TOPICS.commands(), capitals, inCapitals));
        send(new ProducerRecord<>(TOPICS.commands(), wrongPartition(device), device, stray));
        send(new ProducerRecord<>(TOPICS.commands(), "some-other-key", otherKey));

        for (String[] refused : new String[][] {
            {"capitals", "ILLEGAL_NAME"}, {"stray", "WRONG_PARTITION"}, {"other-key", "KEY_MISMATCH"}
        }) {
            results(refused[0], 1);
            assertThat(text("audit", refused[0], "--device", device))
                    .contains("published", "answered", "INVALID " + refused[1], "kept for operations");
        }
        send(new ProducerRecord<>(
                TOPICS.commands(), device, command("capitals", device).build()));
        results("capitals", 2);
        assertThat(text("audit", "capitals")).contains("INVALID ILLEGAL_NAME", "SUCCEEDED");
    }

    @Test
    void theStorySaysThatACancellationWasRefusedAndWhy() throws Exception {
        String device = devices.get(3);
        Instant now = Instant.now();
        send(new ProducerRecord<>(
                TOPICS.commands(),
                device,
                command("uncancelled", device)
                        .setNotBefore(now.plusSeconds(600))
                        .build()));
        send(new ProducerRecord<>(
                TOPICS.cancellations(),
                wrongPartition(device),
                device,
                new Cancellation("uncancelled", device, "ann", now)));

        String story = "";
        for (long end = System.nanoTime() + LIMIT.toNanos(); !story.contains("failed") && System.nanoTime() < end; ) {
            answers.readFor(Duration.ofMillis(200));
            story = text("audit", "uncancelled", "--device", device);
        }
        assertThat(story)
                .contains("refused", "asked not to run it", "without effect", "INVALID WRONG_PARTITION")
                .doesNotContain("answered");
        assertThat(text("failed", "list", "--device", device)).contains("WRONG_PARTITION", "uncancelled");
        text("cancel", "uncancelled", "--device", device);
        assertThat(results("uncancelled", 1)).extracting(ReceivedResult::status).containsExactly(Status.CANCELLED);
    }

    private static DeviceCommand.Builder command(String id, String device) {
        Instant now = Instant.now();
        return DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setGuarantee(Guarantee.AT_MOST_ONCE)
                .setDeadline(now.plusSeconds(1_200))
                .setCreatedAt(now);
    }

    /** The processor's own topics take no copies for anybody. */
    private static ProducerRecord<String, Object> toRefusedReplyTopic(DeviceCommand command) {
        ProducerRecord<String, Object> record = new ProducerRecord<>(TOPICS.commands(), command.getDeviceId(), command);
        record.headers().add("reply-to", TOPICS.audit().getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static int wrongPartition(String device) {
        int count = producer.partitionsFor(TOPICS.commands()).size();
        return (Utils.toPositive(Utils.murmur2(device.getBytes(StandardCharsets.UTF_8))) + 1) % count;
    }

    private static void send(ProducerRecord<String, Object> record) throws Exception {
        producer.send(record).get(30, TimeUnit.SECONDS);
    }

    /** The results under an id as soon as there are so many. */
    private static List<ReceivedResult> results(String id, int count) {
        for (long end = System.nanoTime() + LIMIT.toNanos();
                answers.of(id).size() < count && System.nanoTime() < end; ) {
            answers.readFor(Duration.ofMillis(100));
        }
        List<ReceivedResult> results = new ArrayList<>(answers.of(id));
        assertThat(results).as(id).hasSize(count);
        return results;
    }

    private static String text(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(with(new String[] {"--config", config.toString()}, arguments));
        assertThat(code)
                .as(() -> String.join(" ", arguments) + ": " + out + err)
                .isEqualTo(ExitCodes.DONE);
        return out.toString();
    }

    private static String[] with(String[] more, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }
}
