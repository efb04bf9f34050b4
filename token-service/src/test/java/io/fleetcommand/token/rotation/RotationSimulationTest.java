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
 * Seeded histories of leaders that crash before, within and after every step, and of a cloud whose calls fail. The
 * invariants are checked against the tokens that are valid at the simulated cloud.
 */
class RotationSimulationTest {
    private static final int SEEDS = 300;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFETIME = Duration.ofHours(24);
    private static final RotationSettings SETTINGS =
            new RotationSettings(LIFETIME, 0.5, Duration.ofSeconds(60), Duration.ofSeconds(13), true);
    private static final Rotation ROTATION = new Rotation(SETTINGS);

    @Test
    void thePublishedTokenIsAlwaysValidAndNoTokenIsLeaked() {
        for (boolean listable : new boolean[] {false, true}) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                new History(seed, listable, 0.06, false).run();
            }
        }
    }

    @Test
    void withoutCrashesAtMostTwoTokensAreValid() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            History history = new History(seed, false, 0, false);
            history.run();
            assertThat(history.maxValid).as("seed %s", seed).isEqualTo(2);
        }
    }

    @Test
    void wrongCredentialsAndCrashesCauseThreeAttemptsAtMost() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            History history = new History(seed, false, 0.3, true);
            history.run();
            assertThat(history.attempts).as("seed %s", seed).isLessThanOrEqualTo(3);
        }
    }

    /** A token at the simulated cloud. */
    private record CloudToken(String name, Optional<Instant> expiresAt) {}

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class History implements RotationDecision.Executor {
        private final long seed;
        private final Random random;
        private final boolean listable;
        private final double crashRate;
        private final boolean wrongCredentials;
        private final Map<String, CloudToken> cloud = new LinkedHashMap<>();
        private TokenState stored = TokenState.NONE;
        private Instant now = START;
        private int names;
        private int attempts;
        private int maxValid;
        private boolean everPublished;

        /** @param listable whether the cloud lists leaked tokens, as it does API users */
        History(long seed, boolean listable, double crashRate, boolean wrongCredentials) {
            this.seed = seed;
            this.random = new Random(seed);
            this.listable = listable;
            this.crashRate = crashRate;
            this.wrongCredentials = wrongCredentials;
        }

        void run() {
            Instant end = START.plus(wrongCredentials ? Duration.ofMinutes(30) : Duration.ofDays(3));
            while (now.isBefore(end)) {
                runOnce();
            }
            if (!wrongCredentials) {
                assertThat(everPublished).as("seed %s", seed).isTrue();
                checkNoLeak();
            }
        }

        private void runOnce() {
            try {
                RotationDecision decision = ROTATION.decide(stored, false, now);
                if (!decision.applyTo(this)) {
                    Instant until = decision instanceof RotationDecision.Wait wait
                            ? wait.until()
                            : ((RotationDecision.Stop) decision).until();
                    long waitMs = Math.max(1, Duration.between(now, until).toMillis());
                    now = now.plusMillis(waitMs + random.nextInt(wrongCredentials ? 1_000 : 1_200_000));
                }
            } catch (Crash crash) {
                // The next leader is elected later, and continues from the stored state.
                now = now.plusMillis(random.nextInt(12_000));
            }
            check();
        }

        private void check() {
            Set<String> valid = validAtCloud();
            Optional<KnownToken> current = stored.usable(now);
            if (everPublished) {
                assertThat(current)
                        .as("seed %s at %s: a token is published", seed, now)
                        .isPresent();
            }
            current.ifPresent(token -> {
                everPublished = true;
                assertThat(valid)
                        .as("seed %s at %s: it is valid", seed, now)
                        .contains(token.value().reveal());
            });
            maxValid = Math.max(maxValid, valid.size());
        }

        /** Without more crashes, each valid token is in the stored state or, if the cloud cannot list it, expires. */
        private void checkNoLeak() {
            Instant deadline = now.plus(Duration.ofSeconds(300));
            while (now.isBefore(deadline)) {
                RotationDecision decision = ROTATION.decide(stored, false, now);
                boolean executed = decision.applyTo(new ReliableExecutor());
                now = executed ? now : now.plusSeconds(1);
            }
            Set<String> known = stored.tokens().stream()
                    .map(token -> token.value().reveal())
                    .collect(Collectors.toSet());
            validAtCloud().stream().filter(value -> !known.contains(value)).forEach(value -> {
                assertThat(listable)
                        .as("seed %s: %s is valid for ever", seed, value)
                        .isFalse();
                assertThat(cloud.get(value).expiresAt()).isPresent();
            });
        }

        private Set<String> validAtCloud() {
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

        private boolean store(TokenState next) {
            mayCrash();
            stored = next;
            mayCrash();
            return true;
        }

        @Override
        public boolean issue(long version) {
            Intent intent = new Intent(version, "intent-" + ++names, now);
            store(stored.withIntent(intent));
            now = now.plusMillis(random.nextInt(2_000));
            int luck = random.nextInt(10);
            attempts++;
            if (wrongCredentials) {
                return store(stored.issueRefused());
            }
            return store(luck == 0 ? stored.issueFailed(now, random.nextDouble()) : issued(stored, intent));
        }

        /** Adds a token to the cloud, and to the state. */
        private TokenState issued(TokenState state, Intent intent) {
            String value = "token-" + names;
            Optional<Instant> end = listable ? Optional.empty() : Optional.of(now.plus(LIFETIME));
            cloud.put(value, new CloudToken(intent.name(), end));
            return state.issued(Secret.of(value), intent.name(), end, now);
        }

        @Override
        public boolean verify(KnownToken token) {
            now = now.plusMillis(random.nextInt(500));
            return store(
                    random.nextInt(5) == 0
                            ? stored.verificationFailed(token.version(), now)
                            : stored.verified(token.version(), Optional.empty()));
        }

        @Override
        public boolean publish(long version) {
            return store(stored.published(version, SETTINGS, now));
        }

        @Override
        public boolean revoke(KnownToken token) {
            return store(random.nextInt(5) == 0 ? stored.revocationFailed(token.version(), now) : revoked(token));
        }

        /** Removes a token from the cloud, and from the state. */
        private TokenState revoked(KnownToken token) {
            cloud.remove(token.value().reveal());
            return stored.revoked(token.version());
        }

        @Override
        public boolean recover(Intent intent) {
            return store(recovered(intent));
        }

        private TokenState recovered(Intent intent) {
            if (listable) {
                cloud.values().removeIf(valid -> valid.name().equals(intent.name()));
            }
            return stored.recovered();
        }

        /** Executes decisions at the same cloud without failures or crashes. */
        private final class ReliableExecutor implements RotationDecision.Executor {
            @Override
            public boolean issue(long version) {
                Intent intent = new Intent(version, "intent-" + ++names, now);
                return put(issued(stored.withIntent(intent), intent));
            }

            @Override
            public boolean verify(KnownToken token) {
                return put(stored.verified(token.version(), Optional.empty()));
            }

            @Override
            public boolean publish(long version) {
                return put(stored.published(version, SETTINGS, now));
            }

            @Override
            public boolean revoke(KnownToken token) {
                return put(revoked(token));
            }

            @Override
            public boolean recover(Intent intent) {
                return put(recovered(intent));
            }

            private boolean put(TokenState next) {
                stored = next;
                return true;
            }
        }
    }
}
