package io.fleetcommand.token.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of replicas that crash before, within and after every step, of a cloud that cannot be asked, and of
 * writers that were fenced off and do not know it. The cloud of the simulation is the judge.
 */
class RotationSimulationTest {
    private static final int SEEDS = 300;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(24);
    private static final RotationSettings POLICY =
            new RotationSettings(LIFE, 0.5, Duration.ofSeconds(60), Duration.ofSeconds(13), true);
    private static final Rotation ROTATION = new Rotation(POLICY);

    @Test
    void atEveryStepThePublishedTokenLivesAndNoneIsLeftAlone() {
        for (boolean named : new boolean[] {false, true}) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                new History(seed, named, 0.06, false).run();
            }
        }
    }

    @Test
    void withoutCrashesTwoTokensLiveAtMost() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            History history = new History(seed, false, 0, false);
            history.run();
            assertThat(history.mostLive).as("seed %s", seed).isEqualTo(2);
        }
    }

    @Test
    void wrongCredentialsAndCrashesTogetherNeverMakeMoreThanThreeMintsInHalfAnHour() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            History history = new History(seed, false, 0.3, true);
            history.run();
            assertThat(history.mints).as("seed %s", seed).isLessThanOrEqualTo(3);
        }
    }

    /** A token as the cloud knows it. */
    private record Live(String name, Optional<Instant> expiresAt) {}

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class History implements RotationDecision.Executor {
        private final long seed;
        private final Random random;
        private final boolean named;
        private final double crashRate;
        private final boolean wrongCredentials;
        private final Map<String, Live> cloud = new LinkedHashMap<>();
        private TokenState stored = TokenState.NONE;
        private Instant now = START;
        private int names;
        private int mints;
        private int mostLive;
        private boolean everPublished;

        /** @param named whether the cloud lists what a mint has left behind, as it does API users */
        History(long seed, boolean named, double crashRate, boolean wrongCredentials) {
            this.seed = seed;
            this.random = new Random(seed);
            this.named = named;
            this.crashRate = crashRate;
            this.wrongCredentials = wrongCredentials;
        }

        void run() {
            Instant end = START.plus(wrongCredentials ? Duration.ofMinutes(30) : Duration.ofDays(3));
            while (now.isBefore(end)) {
                turn();
            }
            if (!wrongCredentials) {
                assertThat(everPublished).as("seed %s", seed).isTrue();
                settle();
            }
        }

        private void turn() {
            try {
                RotationDecision decision = ROTATION.decide(stored, false, now);
                if (!decision.applyTo(this)) {
                    Instant until = decision instanceof RotationDecision.Wait keep
                            ? keep.until()
                            : ((RotationDecision.Stop) decision).until();
                    long restMs = Math.max(1, Duration.between(now, until).toMillis());
                    now = now.plusMillis(restMs + random.nextInt(wrongCredentials ? 1_000 : 1_200_000));
                }
            } catch (Crash crash) {
                // The next leader goes on from what is stored, after a while.
                now = now.plusMillis(random.nextInt(12_000));
            }
            check();
        }

        private void check() {
            Set<String> live = liveAtCloud();
            Optional<KnownToken> current = stored.usable(now);
            if (everPublished) {
                assertThat(current)
                        .as("seed %s at %s: a token is published", seed, now)
                        .isPresent();
            }
            current.ifPresent(token -> {
                everPublished = true;
                assertThat(live)
                        .as("seed %s at %s: it lives", seed, now)
                        .contains(token.value().reveal());
            });
            mostLive = Math.max(mostLive, live.size());
        }

        /** With no more crashes, what lives is what is known; and what is not known is about to end by itself. */
        private void settle() {
            Instant quiet = now.plus(Duration.ofSeconds(300));
            while (now.isBefore(quiet)) {
                RotationDecision decision = ROTATION.decide(stored, false, now);
                boolean more = decision.applyTo(new Calm());
                now = more ? now : now.plusSeconds(1);
            }
            Set<String> known = stored.tokens().stream()
                    .map(token -> token.value().reveal())
                    .collect(Collectors.toSet());
            liveAtCloud().stream().filter(value -> !known.contains(value)).forEach(value -> {
                assertThat(named)
                        .as("seed %s: %s was left behind for ever", seed, value)
                        .isFalse();
                assertThat(cloud.get(value).expiresAt()).isPresent();
            });
        }

        private Set<String> liveAtCloud() {
            return cloud.entrySet().stream()
                    .filter(entry ->
                            entry.getValue().expiresAt().map(now::isBefore).orElse(true))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }

        private void mayCrash() {
            if (random.nextDouble() < crashRate) {
                throw new Crash();
            }
        }

        private void store(TokenState next) {
            mayCrash();
            stored = next;
            mayCrash();
        }

        @Override
        public void issue(long version) {
            Intent intent = new Intent(version, "mint-" + ++names, now);
            store(stored.withIntent(intent));
            now = now.plusMillis(random.nextInt(2_000));
            int luck = random.nextInt(10);
            mints++;
            if (wrongCredentials) {
                store(stored.issueRefused());
            } else if (luck == 0) {
                store(stored.issueFailed(now, random.nextDouble()));
            } else {
                String value = "token-" + names;
                Optional<Instant> end = named ? Optional.empty() : Optional.of(now.plus(LIFE));
                cloud.put(value, new Live(intent.name(), end));
                store(stored.issued(Secret.of(value), intent.name(), end, now));
            }
        }

        @Override
        public void verify(KnownToken token) {
            now = now.plusMillis(random.nextInt(500));
            store(
                    random.nextInt(5) == 0
                            ? stored.verificationFailed(token.version(), now)
                            : stored.verified(token.version(), Optional.empty()));
        }

        @Override
        public void publish(long version) {
            store(stored.published(version, POLICY, now));
        }

        @Override
        public void revoke(KnownToken token) {
            if (random.nextInt(5) == 0) {
                store(stored.revocationFailed(token.version(), now));
                return;
            }
            cloud.remove(token.value().reveal());
            store(stored.revoked(token.version()));
        }

        @Override
        public void recover(Intent intent) {
            if (named) {
                cloud.values().removeIf(live -> live.name().equals(intent.name()));
            }
            store(stored.recovered());
        }

        /** The same cloud on a good day. */
        private final class Calm implements RotationDecision.Executor {
            @Override
            public void issue(long version) {
                Intent intent = new Intent(version, "mint-" + ++names, now);
                String value = "token-" + names;
                Optional<Instant> end = named ? Optional.empty() : Optional.of(now.plus(LIFE));
                cloud.put(value, new Live(intent.name(), end));
                stored = stored.withIntent(intent).issued(Secret.of(value), intent.name(), end, now);
            }

            @Override
            public void verify(KnownToken token) {
                stored = stored.verified(token.version(), Optional.empty());
            }

            @Override
            public void publish(long version) {
                stored = stored.published(version, POLICY, now);
            }

            @Override
            public void revoke(KnownToken token) {
                cloud.remove(token.value().reveal());
                stored = stored.revoked(token.version());
            }

            @Override
            public void recover(Intent intent) {
                History.this.recoverQuietly(intent);
            }
        }

        private void recoverQuietly(Intent intent) {
            if (named) {
                cloud.values().removeIf(live -> live.name().equals(intent.name()));
            }
            stored = stored.recovered();
        }
    }
}
