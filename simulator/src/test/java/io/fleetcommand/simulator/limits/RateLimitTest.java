package io.fleetcommand.simulator.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.simulator.profile.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void requestsAreRefusedExactlyIfTheWindowIsFull() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int limit = 1 + random.nextInt(20);
            long window = (1 + random.nextInt(10)) * SECOND;
            RateLimit rule = new RateLimit(limit, Duration.ofNanos(window));
            List<Long> accepted = new ArrayList<>();
            int worst = 0;
            long now = 0;
            for (int i = 0; i < 500; i++) {
                now += random.nextLong(window / 4);
                long from = now - window;
                int inWindow =
                        (int) accepted.stream().filter(time -> time > from).count();
                LimitDecision decision = rule.admit(now);
                assertThat(decision.accepted()).as("seed %d", seed).isEqualTo(inWindow < limit);
                if (decision.accepted()) {
                    accepted.add(now);
                    worst = Math.max(worst, inWindow + 1);
                }
            }
            assertThat(rule.use(now).worstAccepted()).isEqualTo(worst).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void retryAfterIsTheShortestSufficientTime() {
        RateLimit rule = new RateLimit(2, Duration.ofSeconds(10));
        rule.admit(0);
        rule.admit(3 * SECOND);

        LimitDecision refused = rule.admit(4 * SECOND);

        assertThat(refused).isEqualTo(new LimitDecision(false, Duration.ofSeconds(6)));
        assertThat(rule.admit(10 * SECOND - 1).accepted()).isFalse();
        assertThat(rule.admit(10 * SECOND).accepted()).isTrue();
    }

    @Test
    void addressesAndTokenRoutesHaveTheirOwnLimits() {
        SourceLimits limits = new SourceLimits(
                LimitRules.DEFAULT.withLimit(1, Duration.ofSeconds(10)).withTokenLimit(1), Profile.CURRENT);

        assertThat(limits.admit("10.0.0.1", 0).accepted()).isTrue();
        assertThat(limits.admit("10.0.0.1", 1).accepted()).isFalse();
        assertThat(limits.admit("10.0.0.2", 2).accepted()).isTrue();
        assertThat(limits.admitToTokenRoute("create", "10.0.0.1", 3).accepted()).isTrue();
        assertThat(limits.admitToTokenRoute("create", "10.0.0.1", 4).accepted()).isFalse();
        assertThat(limits.admitToTokenRoute("delete", "10.0.0.1", 5).accepted()).isTrue();
    }

    @Test
    void tenConsecutiveFailuresLockAnAddressOutForHalfAnHour() {
        SourceLimits limits = new SourceLimits(LimitRules.DEFAULT, Profile.CURRENT);
        for (int i = 0; i < 9; i++) {
            assertThat(limits.tokenCreationFailed("a", i)).isFalse();
        }
        limits.tokenCreated("a");
        for (int i = 0; i < 9; i++) {
            assertThat(limits.tokenCreationFailed("a", i)).isFalse();
        }
        assertThat(limits.tokenCreationFailed("a", 0)).isTrue();

        assertThat(limits.admitTokenCreation("a", 1_799 * SECOND).accepted()).isFalse();
        assertThat(limits.admitTokenCreation("b", 1_799 * SECOND).accepted()).isTrue();
        assertThat(limits.admitTokenCreation("a", 1_800 * SECOND).accepted()).isTrue();
    }
}
