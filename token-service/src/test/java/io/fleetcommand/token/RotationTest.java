package io.fleetcommand.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RotationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(10);
    private static final Rotation FRESH = Rotation.starting(0.7, NOW);

    @Test
    void theFirstTokenIsDueAtOnceAndNoneIsUsableBefore() {
        assertThat(FRESH.isDue(NOW)).isTrue();
        assertThat(FRESH.usable(NOW)).isEmpty();
    }

    @Test
    void aTokenIsReplacedAtItsFractionAndUsableUntilItsEnd() {
        Rotation held = minted(FRESH, NOW);
        Instant refresh = NOW.plus(Duration.ofHours(7));
        Instant end = NOW.plus(LIFE);

        assertThat(held.held().orElseThrow().refreshAfter()).isEqualTo(refresh);
        assertThat(held.isDue(refresh.minusMillis(1))).isFalse();
        assertThat(held.isDue(refresh)).isTrue();
        assertThat(held.usable(end.minusMillis(1))).isPresent();
        assertThat(held.usable(end)).isEmpty();
    }

    @Test
    void versionsAlwaysRiseEvenWhenTheClockStandsStill() {
        Rotation first = minted(FRESH, NOW);
        Rotation second = minted(first, NOW);
        Rotation restarted = minted(Rotation.starting(0.7, NOW.plusSeconds(60)), NOW.plusSeconds(60));

        assertThat(version(second)).isEqualTo(version(first) + 1);
        assertThat(version(minted(second.withdrawn(version(second), NOW), NOW))).isEqualTo(version(second) + 1);
        assertThat(version(restarted)).isGreaterThan(version(second));
    }

    @Test
    void afterThreeRefusalsInARowNothingIsTriedAnyMore() {
        Rotation refused = FRESH.refused(NOW).refused(NOW.plusSeconds(60));
        assertThat(refused.isHalted()).isFalse();

        Rotation halted = refused.refused(NOW.plusSeconds(120));
        assertThat(halted.isHalted()).isTrue();
        assertThat(halted.isDue(NOW.plus(Duration.ofDays(1)))).isFalse();
    }

    @Test
    void refusalsAreAtLeastAMinuteApart() {
        Rotation refused = FRESH.refused(NOW);

        assertThat(refused.isDue(NOW.plusSeconds(59))).isFalse();
        assertThat(refused.isDue(NOW.plusSeconds(60))).isTrue();
    }

    @Test
    void aSuccessForgetsTheRefusals() {
        Rotation good = minted(FRESH.refused(NOW).refused(NOW), NOW.plusSeconds(120));

        assertThat(good.refused(NOW).refused(NOW).isHalted()).isFalse();
    }

    @Test
    void failuresBackOffByDoublingWithJitterUpToAMinute() {
        Rotation rotation = FRESH;
        long[] fullMs = {500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
        for (long full : fullMs) {
            assertThat(rotation.failed(NOW, 0).nextTry()).isEqualTo(NOW.plusMillis(full));
            assertThat(rotation.failed(NOW, 1).nextTry()).isEqualTo(NOW.plusMillis(full / 2));
            rotation = rotation.failed(NOW, 0);
        }
        assertThat(rotation.isHalted()).isFalse();
    }

    @Test
    void aFailureKeepsTheTokenInUse() {
        Rotation held = minted(FRESH, NOW);

        assertThat(held.failed(NOW.plusSeconds(1), 0).usable(NOW.plusSeconds(2)))
                .isEqualTo(held.held());
        assertThat(held.refused(NOW.plusSeconds(1)).usable(NOW.plusSeconds(2))).isEqualTo(held.held());
    }

    @Test
    void aWithdrawnTokenIsReplacedAtOnceButOnlyIfItIsTheOneInUse() {
        Rotation held = minted(FRESH, NOW);

        assertThat(held.withdrawn(version(held) - 1, NOW)).isSameAs(held);
        Rotation without = held.withdrawn(version(held), NOW);
        assertThat(without.usable(NOW)).isEmpty();
        assertThat(without.isDue(NOW)).isTrue();
    }

    private static Rotation minted(Rotation before, Instant at) {
        return before.minted(new Mint.Done(Secret.of("value"), LIFE), at);
    }

    private static long version(Rotation rotation) {
        return rotation.held().orElseThrow().token().version();
    }
}
