package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
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

/** Whatever bytes the quota topic holds, the limiter keeps working and cools down for minutes at most. */
class QuotaMessageFuzzTest {
    private static final int MUTATIONS = 50_000;
    private static final Map<String, String> SETTINGS = Map.of("schema.registry.url", "mock://messages");
    private static final long START_MS = 1_800_000_000_000L;

    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final QuotaMessageCodec codec = new QuotaMessageCodec("fleet.quota", serializer, deserializer);
    private long nowMs = START_MS;
    private final QuotaLimiter limiter = new QuotaLimiter(
            new QuotaShares(new Quota(1_000, Duration.ofSeconds(30), 12, 0, 4), QuotaShares.Scope.SHARED, "me", 0),
            10,
            Map.of(),
            () -> true,
            new SlidingWindowCounter(1_000_000_000L, 0),
            () -> Instant.ofEpochMilli(nowMs),
            () -> (nowMs - START_MS) * 1_000_000);

    QuotaMessageFuzzTest() {
        serializer.configure(SETTINGS, false);
        deserializer.configure(SETTINGS, false);
    }

    static Stream<QuotaMessage> messages() {
        return Stream.of(
                new QuotaMessage.Owner("green", 7, START_MS + 30_000),
                new QuotaMessage.CoolingDown(CoolDown.none(1_000).throttled(1_000, START_MS)),
                new QuotaMessage.Demand("you", START_MS + 5_000),
                new QuotaMessage.Loan(1, "you", START_MS + 6_000));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void noMutationOfAMessageStopsTheLimiter(QuotaMessage message) {
        byte[] good = codec.bytes(message);
        QuotaOwnership ownership = new QuotaOwnership("green");
        int applied = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try {
                nowMs += random.nextInt(20);
                ReceivedMessage received = codec.read(mutated(good, random));
                if (received instanceof ReceivedMessage.Decoded decoded
                        && QuotaMessageValidator.fault(decoded.message(), seed, nowMs)
                                .isEmpty()) {
                    applied++;
                    limiter.apply(decoded.message());
                    if (decoded.message() instanceof QuotaMessage.Owner owner) {
                        ownership.apply(owner, seed, nowMs);
                    }
                }
                ownership.otherOwner(nowMs);
                limiter.caughtUp(limiter.joining());
                limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT))).ifPresent(Permit::release);
                limiter.tryReserve(1, List.of());
                limiter.throttled(0);
                limiter.pendingMessages();
            } catch (RuntimeException unexpected) {
                fail(message + ", seed " + seed, unexpected);
            }
        }
        assertThat(applied).isBetween(1, MUTATIONS - 1);

        nowMs += CoolDown.MAX_COOL_DOWN_MS + QuotaMessageValidator.MAX_AHEAD_MS + 60_000;
        for (int i = 0; i < 20; i++) {
            limiter.tryReserve(0, List.of());
            limiter.caughtUp(limiter.joining());
            nowMs += 500;
        }
        assertThat(limiter.tryReserve(0, List.of(QuotaClass.of(Priority.URGENT))))
                .isPresent();
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
