package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is read on any topic, the topology goes on, and a valid request is answered afterwards. */
class HostileRecordsTest {
    private static final int MUTATIONS = 10_000;
    private static final List<String> HEADERS = List.of(
            "reply-to", "kafka_replyTopic", "kafka_replyPartition", "correlation-id", "traceparent", "tracestate", "x");

    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void mutatedRecordsHeadersAndKeysAreAllSurvived(long seed) {
        Random random = new Random(seed);
        List<Sent> good = good();
        for (int number = 0; number < MUTATIONS; number++) {
            Sent sent = good.get(random.nextInt(good.size()));
            bench.pipe(sent.topic(), key(random), mutated(sent.value(), random), headers(random));
            if (number % 1_000 == 0) {
                bench.work();
                bench.endAll(Outcomes.of(Kind.DONE));
            }
        }
        aGoodCommandIsAnswered();
    }

    static Stream<AttemptEvent> oddEvents() {
        Instant now = TopologyBench.START;
        List<AttemptEvent> events = new ArrayList<>();
        IntStream.of(Integer.MAX_VALUE, Integer.MAX_VALUE - 1, Integer.MIN_VALUE, -1, 0, 2_000_000_000, 1_000_000)
                .forEach(attempt -> {
                    events.add(new AttemptEvent("good", DEVICE, attempt, "e", "", new Claimed(now)));
                    events.add(new AttemptEvent(
                            "good", DEVICE, attempt, "e", "", finished(now).build()));
                    events.add(new AttemptEvent("good", DEVICE, attempt, "e", "", closed(Status.EXPIRED, now)));
                });
        LongStream.of(Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, -(1L << 62), -1, 0)
                .mapToObj(Instant::ofEpochMilli)
                .forEach(at -> {
                    events.add(new AttemptEvent("odd", DEVICE, 1, "e", "", new Claimed(at)));
                    events.add(new AttemptEvent(
                            "odd", DEVICE, 1, "e", "", finished(at).build()));
                    events.add(new AttemptEvent("odd", DEVICE, 1, "e", "", closed(Status.CANCELLED, at)));
                });
        for (Status status : Status.values()) {
            events.add(new AttemptEvent("odd", DEVICE, 1, "e", "", closed(status, now)));
        }
        for (OutcomeKind kind : OutcomeKind.values()) {
            events.add(new AttemptEvent(
                    "odd",
                    DEVICE,
                    1,
                    "e",
                    "",
                    finished(now)
                            .setOutcome(kind)
                            .setRetryAfterMs(Long.MAX_VALUE)
                            .setCloudMs(Long.MIN_VALUE)
                            .setHeldMs(Long.MAX_VALUE)
                            .setHttpStatus(Integer.MIN_VALUE)
                            .setValue(Double.NaN)
                            .build()));
        }
        events.add(new AttemptEvent("odd", "", 1, "e", "", new Claimed(now)));
        events.add(new AttemptEvent("odd", "d".repeat(60_000), 1, "e", "", new Claimed(now)));
        events.add(new AttemptEvent("", DEVICE, 1, "e", "", new Claimed(now)));
        events.add(new AttemptEvent("i".repeat(60_000), DEVICE, 1, "e", "", new Claimed(now)));
        events.add(new AttemptEvent("odd", DEVICE, 1, "", "", new Claimed(now)));
        events.add(new AttemptEvent("odd", DEVICE, 1, "e".repeat(60_000), "", new Claimed(now)));
        return events.stream();
    }

    @Test
    void journalEventsThatNoProcessorWritesDoNoHarm() {
        bench.publish(command("odd").build());
        bench.work();
        oddEvents().forEach(event -> {
            bench.pipe(
                    bench.topics.attempts(),
                    (byte[]) null,
                    bench.bytes(bench.topics.attempts(), event),
                    new RecordHeaders());
            bench.work();
        });
        bench.pass(Duration.ofMinutes(2));
        bench.readJournal();
        aGoodCommandIsAnswered();
    }

    @ParameterizedTest
    @MethodSource("oddEvents")
    void aSingleHostileEventLeavesItsRequestToBeAnswered(AttemptEvent event) {
        bench.publish(
                command(event.getRequestId().equals("odd") ? "odd" : "good").build());
        bench.pipe(
                bench.topics.attempts(),
                (byte[]) null,
                bench.bytes(bench.topics.attempts(), event),
                new RecordHeaders());
        for (int round = 0; round < 80; round++) {
            bench.pass(Duration.ofSeconds(2));
            bench.readJournal();
            bench.endAll(Outcomes.of(Kind.DONE));
        }
        assertThat(bench.read(bench.topics.commandResults())).hasSize(1);
    }

    @Test
    void aStringThatClaimsMoreThanThereIsIsUnreadable() {
        for (Sent sent : good()) {
            for (String length : List.of("8080808010", "feffffff0f", "80a8d6b907")) {
                byte[] claims = HexFormat.of().parseHex(length);
                byte[] value = Arrays.copyOf(sent.value(), 5 + claims.length);
                System.arraycopy(claims, 0, value, 5, claims.length);
                bench.pipe(sent.topic(), DEVICE, value, new RecordHeaders());
            }
        }
        aGoodCommandIsAnswered();
    }

    @Test
    void numbersAtTheEndsOfTheirRangesAreAnswered() {
        for (long at : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, -1, 0}) {
            Instant time = Instant.ofEpochMilli(at);
            bench.publish(command("c" + at).setCreatedAt(time).build());
            bench.publish(command("d" + at).setDeadline(time).setNotBefore(time).build());
            bench.publish(command("e" + at).setMaxAttempts((int) at).build());
            bench.publish(poll("p" + at).setMaxAgeMs(at).setCreatedAt(time).build());
            bench.publish(poll("q" + at).setMaxAgeMs(at).setDeadline(time).build());
        }
        for (int round = 0; round < 20; round++) {
            bench.pass(Duration.ofSeconds(10));
            bench.readJournal();
            bench.endAll(Outcomes.of(Kind.DONE));
        }
        aGoodCommandIsAnswered();
    }

    private void aGoodCommandIsAnswered() {
        bench.read(bench.topics.commandResults());
        String other = "0000000000000000000000aa";
        bench.publish(command("a-good-one")
                .setDeviceId(other)
                .setCreatedAt(Instant.ofEpochMilli(bench.nowMs()))
                .build());
        for (int round = 0; round < 10; round++) {
            bench.pass(Duration.ofMillis(500));
            bench.readJournal();
            bench.endAll(Outcomes.of(Kind.DONE));
        }
        assertThat(bench.read(bench.topics.commandResults()))
                .extracting(record -> (CommandResult) record.value())
                .filteredOn(result -> result.getRequestId().equals("a-good-one"))
                .extracting(CommandResult::getStatus)
                .containsExactly(Status.SUCCEEDED);
        assertThat(bench.seen.events).noneMatch(event -> event.startsWith("set aside") && !event.endsWith("JOURNAL"));
    }

    private List<Sent> good() {
        Instant now = TopologyBench.START;
        Map<String, List<Object>> records = Map.of(
                bench.topics.commands(),
                        List.of(command("m").setArgument("on").setRequester("r").build()),
                bench.topics.polls(),
                        List.of(poll("n").setMaxAgeMs(5).setDeadline(now).build()),
                bench.topics.cancellations(), List.of(new Cancellation("m", DEVICE, "r", now)),
                bench.topics.attempts(),
                        List.of(
                                new AttemptEvent("m", DEVICE, 1, "e", "i", new Claimed(now)),
                                new AttemptEvent("m", DEVICE, 1, "e", "i", closed(Status.EXPIRED, now)),
                                new AttemptEvent(
                                        "m",
                                        DEVICE,
                                        1,
                                        "e",
                                        "i",
                                        finished(now).setValue("v").build())));
        return records.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .map(record -> new Sent(entry.getKey(), bench.bytes(entry.getKey(), record))))
                .sorted(Comparator.comparing(Sent::topic).thenComparing(sent -> sent.value().length))
                .toList();
    }

    private static Finished.Builder finished(Instant at) {
        return Finished.newBuilder()
                .setOutcome(OutcomeKind.THROTTLED)
                .setCounted(true)
                .setFinishedAt(at);
    }

    private static Closed closed(Status status, Instant at) {
        return new Closed(status, Reason.NONE, at);
    }

    private static byte[] key(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> bytes(random, 40);
            default -> DEVICE.getBytes(StandardCharsets.UTF_8);
        };
    }

    private static RecordHeaders headers(Random random) {
        RecordHeaders headers = new RecordHeaders();
        for (int count = random.nextInt(4); count > 0; count--) {
            headers.add(
                    HEADERS.get(random.nextInt(HEADERS.size())),
                    switch (random.nextInt(4)) {
                        case 0 -> null;
                        case 1 -> bytes(random, 1_500);
                        case 2 ->
                            ByteBuffer.allocate(4).putInt(random.nextInt()).array();
                        default -> "replies.one".getBytes(StandardCharsets.UTF_8);
                    });
        }
        return headers;
    }

    /** Mutates mostly bytes after the schema id, so that most mutations reach the decoder. */
    private static byte[] mutated(byte[] value, Random random) {
        byte[] mutated = value.clone();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(20) == 0 ? random.nextInt(5) : 5 + random.nextInt(mutated.length - 5);
            switch (random.nextInt(5)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(mutated, at, Math.min(mutated.length, at + 4), (byte) 0xff);
                case 3 -> mutated = Arrays.copyOf(mutated, Math.max(6, at));
                default -> {
                    byte[] longer = Arrays.copyOf(mutated, mutated.length + 1 + random.nextInt(20));
                    System.arraycopy(mutated, at, longer, longer.length - (mutated.length - at), mutated.length - at);
                    mutated = longer;
                }
            }
        }
        return mutated;
    }

    private static byte[] bytes(Random random, int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength)];
        random.nextBytes(bytes);
        return bytes;
    }

    private record Sent(String topic, byte[] value) {}
}
