package io.fleetcommand.token.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockoutGuardTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void atMostThreeAttemptsFailInAnyHalfHour() {
        List<Instant> attempts = attemptsWithWrongCredentials(Duration.ofDays(2), Duration.ofSeconds(1), false);

        for (Instant attempt : attempts) {
            long within = attempts.stream()
                    .filter(other -> !other.isBefore(attempt) && other.isBefore(attempt.plus(Duration.ofMinutes(30))))
                    .count();
            assertThat(within).isLessThanOrEqualTo(3);
        }
        assertThat(attempts).hasSize(LockoutGuard.MAX_WITHOUT_REQUEST);
    }

    @Test
    void pausesGrowAndAreNeverBelowTenMinutesAfterTheThird() {
        List<Instant> attempts = attemptsWithWrongCredentials(Duration.ofDays(2), Duration.ofSeconds(1), false);

        Duration before = Duration.ofMinutes(10);
        for (int third = 2; third + 1 < attempts.size(); third++) {
            Duration pause = Duration.between(attempts.get(third), attempts.get(third + 1));
            assertThat(pause).isGreaterThanOrEqualTo(before);
            before = pause;
        }
    }

    @Test
    void repeatedRotationRequestsStayBelowTheCloudsLimitOfTen() {
        assertThat(attemptsWithWrongCredentials(Duration.ofHours(23), Duration.ofSeconds(30), true))
                .hasSize(9);
    }

    @Test
    void anAttemptCountsFromItsStartSoThatACrashCounts() {
        LockoutGuard guard =
                LockoutGuard.NEW.attemptStarted(NOW).attemptStarted(NOW).attemptStarted(NOW);

        assertThat(guard.isAlarm()).isTrue();
        assertThat(guard.allowsAttempt(NOW.plus(Duration.ofMinutes(29)), false)).isFalse();
        assertThat(guard.succeeded()).isEqualTo(LockoutGuard.NEW);
    }

    @Test
    void anOutageIsNotAFailureAndIsRetriedWithBackoff() {
        LockoutGuard guard = LockoutGuard.NEW;
        long[] fullMs = {500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
        for (long full : fullMs) {
            LockoutGuard begun = guard.attemptStarted(NOW);
            assertThat(begun.issueFailed(NOW, 1).notBefore()).isEqualTo(NOW.plusMillis(full / 2));
            guard = begun.issueFailed(NOW, 0);
            assertThat(guard.notBefore()).isEqualTo(NOW.plusMillis(full));
        }
        assertThat(guard.failures()).isZero();
    }

    @Test
    void aThrottledAddressWaitsForTheCloudsWindow() {
        LockoutGuard guard = LockoutGuard.NEW.attemptStarted(NOW).throttled(NOW);

        assertThat(guard.failures()).isZero();
        assertThat(guard.allowsAttempt(NOW.plus(Duration.ofMinutes(5)).minusMillis(1), false))
                .isFalse();
        assertThat(guard.allowsAttempt(NOW.plus(Duration.ofMinutes(5)), false)).isTrue();
    }

    private static List<Instant> attemptsWithWrongCredentials(Duration time, Duration every, boolean requested) {
        List<Instant> attempts = new ArrayList<>();
        LockoutGuard guard = LockoutGuard.NEW;
        for (Instant now = NOW; now.isBefore(NOW.plus(time)); now = now.plus(every)) {
            if (guard.allowsAttempt(now, requested)) {
                guard = guard.attemptStarted(now);
                attempts.add(now);
            }
        }
        return attempts;
    }
}
