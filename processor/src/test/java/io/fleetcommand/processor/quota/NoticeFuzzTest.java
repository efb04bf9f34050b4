package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Right;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes in the quota's topic are, the gate goes on, and rests for minutes at most. */
class NoticeFuzzTest {
    private static final int MUTATIONS = 50_000;
    private static final Map<String, String> SETTINGS = Map.of("schema.registry.url", "mock://notices");
    private static final long START_MS = 1_800_000_000_000L;

    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final NoticeCodec codec = new NoticeCodec("fleet.quota", serializer, deserializer);
    private long nowMs = START_MS;
    private final QuotaGate gate = new QuotaGate(
            new Shares(new Quota(1_000, Duration.ofSeconds(30), 12, 0, 4), Shares.Scope.SHARED, "me", 0),
            10,
            Map.of(),
            () -> true,
            new QuotaUse(1_000_000_000L, 0),
            () -> Instant.ofEpochMilli(nowMs),
            () -> (nowMs - START_MS) * 1_000_000);

    NoticeFuzzTest() {
        serializer.configure(SETTINGS, false);
        deserializer.configure(SETTINGS, false);
    }

    static Stream<Notice> notices() {
        return Stream.of(
                new Notice.Owner("green", 7, START_MS + 30_000),
                new Notice.Rest(CoolDown.none(1_000).refused(1_000, START_MS)),
                new Notice.Demand("you", START_MS + 5_000),
                new Notice.Loan(1, "you", START_MS + 6_000));
    }

    @ParameterizedTest
    @MethodSource("notices")
    void noMutationOfANoticeStopsTheGate(Notice notice) {
        byte[] good = codec.bytes(notice);
        Ownership ownership = new Ownership("green");
        int heard = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try {
                nowMs += random.nextInt(20);
                Reading reading = codec.read(mutated(good, random));
                if (reading instanceof Reading.Told told
                        && NoticeLimits.fault(told.notice(), seed, nowMs).isEmpty()) {
                    heard++;
                    gate.hear(told.notice());
                    if (told.notice() instanceof Notice.Owner owner) {
                        ownership.hear(owner, seed, nowMs);
                    }
                }
                ownership.other(nowMs);
                gate.caughtUp(gate.joining());
                gate.tryEnter(0, List.of(Right.of(Lane.URGENT))).ifPresent(gate::giveBack);
                gate.withdraw(1);
                gate.throttled(0);
                gate.news();
            } catch (RuntimeException unexpected) {
                fail(notice + ", seed " + seed, unexpected);
            }
        }
        assertThat(heard).isBetween(1, MUTATIONS - 1);

        nowMs += CoolDown.MAX_REST_MS + NoticeLimits.MAX_AHEAD_MS + 60_000;
        for (int i = 0; i < 20; i++) {
            gate.withdraw(0);
            gate.caughtUp(gate.joining());
            nowMs += 500;
        }
        assertThat(gate.tryEnter(0, List.of(Right.of(Lane.URGENT)))).isPresent();
    }

    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
        }
        if (random.nextInt(4) == 0) {
            byte[] number = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
            int at = 6 + random.nextInt(bytes.length - 6);
            byte[] longer = Arrays.copyOf(bytes, bytes.length + number.length);
            System.arraycopy(number, 0, longer, at, number.length);
            System.arraycopy(bytes, at + 1, longer, at + number.length, bytes.length - at - 1);
            return Arrays.copyOf(longer, longer.length - 1);
        }
        return bytes;
    }
}
