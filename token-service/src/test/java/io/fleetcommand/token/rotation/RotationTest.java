package io.fleetcommand.token.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.RotationDecision.Issue;
import io.fleetcommand.token.rotation.RotationDecision.Publish;
import io.fleetcommand.token.rotation.RotationDecision.Recover;
import io.fleetcommand.token.rotation.RotationDecision.Revoke;
import io.fleetcommand.token.rotation.RotationDecision.Stop;
import io.fleetcommand.token.rotation.RotationDecision.Verify;
import io.fleetcommand.token.rotation.RotationDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RotationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(10);
    private static final Duration OVERLAP = Duration.ofMinutes(2);
    private static final Duration LEASE = Duration.ofSeconds(13);
    private static final RotationSettings SETTINGS = new RotationSettings(LIFE, 0.7, OVERLAP, LEASE, true);
    private static final Rotation ROTATION = new Rotation(SETTINGS);
    private static final long FIRST = NOW.getEpochSecond();

    @Nested
    class Issuing {
        @Test
        void theFirstTokenIsIssuedAtOnceWithTheTimeAsItsVersion() {
            assertThat(decided(TokenState.NONE, NOW)).isEqualTo(new Issue(FIRST));
        }

        @Test
        void anInterruptedIssueIsRecoveredAfterTheLease() {
            Intent intent = new Intent(FIRST, "m", NOW);
            TokenState cut = TokenState.NONE.withIntent(intent);

            assertThat(decided(cut, NOW.plus(LEASE).minusMillis(1))).isEqualTo(new Wait(NOW.plus(LEASE)));
            assertThat(decided(cut, NOW.plus(LEASE))).isEqualTo(new Recover(intent));
            assertThat(decided(cut.recovered(), NOW.plus(LEASE))).isEqualTo(new Issue(FIRST + 1));
        }

        @Test
        void afterThreeFailuresIssuingStopsWithAReason() {
            TokenState state = TokenState.NONE;
            Instant now = NOW;
            for (int times = 0; times < 3; times++) {
                state = refused(state, now);
                now = now.plus(Duration.ofMinutes(2));
            }

            RotationDecision decision = decided(state, now);

            assertThat(decision).isInstanceOf(Stop.class);
            assertThat(((Stop) decision).reason()).contains("3 consecutive attempts");
            assertThat(decided(state.withRotationRequest(), now)).isInstanceOf(Issue.class);
            assertThat(decided(refused(state.withRotationRequest(), now), now)).isInstanceOf(Stop.class);
        }

        @Test
        void aTokenThatCannotBeVerifiedIsRetriedThenRetiredAsFailed() {
            TokenState state = issued(published(NOW), NOW);
            Instant now = NOW;
            int verifications = 0;
            while (decided(state, now) instanceof Verify) {
                verifications++;
                state = state.verificationFailed(FIRST + 1, now);
                KnownToken candidate = state.tokens().get(1);
                now = candidate.phase() == TokenPhase.MINTED ? candidate.due() : now;
            }

            assertThat(verifications).isBetween(15, 25);
            assertThat(Duration.between(NOW, now)).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
            assertThat(decided(state, now)).isEqualTo(new Revoke(state.tokens().get(1)));
            assertThat(state.guard().failures()).isEqualTo(1);
        }
    }

    @Nested
    class Publishing {
        @Test
        void aNewTokenIsVerifiedThenPublishedThenKept() {
            TokenState issued = issued(TokenState.NONE, NOW);
            assertThat(decided(issued, NOW))
                    .isEqualTo(new Verify(issued.tokens().get(0)));

            TokenState verified = issued.verified(FIRST, Optional.empty());
            assertThat(verified.usable(NOW)).isEmpty();
            assertThat(decided(verified, NOW)).isEqualTo(new Publish(FIRST));

            TokenState published = verified.published(FIRST, SETTINGS, NOW);
            assertThat(published.usable(NOW)).map(KnownToken::version).contains(FIRST);
            assertThat(decided(published, NOW)).isEqualTo(new Wait(NOW.plusSeconds(60)));
        }

        @Test
        void aTokenIsUsableUntilItExpires() {
            TokenState published = published(NOW);

            assertThat(published.usable(NOW.plus(LIFE).minusMillis(1))).isPresent();
            assertThat(published.usable(NOW.plus(LIFE))).isEmpty();
        }
    }

    @Nested
    class AgeingToken {
        @Test
        void theOldTokenStaysValidForTheOverlapOfTheNextOne() {
            TokenState published = published(NOW);
            Instant due = NOW.plus(Duration.ofHours(7));
            assertThat(decided(published, due.minusMillis(1))).isInstanceOf(Wait.class);
            assertThat(decided(published, due)).isEqualTo(new Issue(FIRST + 1));

            TokenState next = published(published, due);
            assertThat(next.current()).map(KnownToken::version).contains(FIRST + 1);
            Instant over = due.plus(OVERLAP);
            assertThat(decided(next, over.minusMillis(1))).isEqualTo(new Wait(over));
            assertThat(decided(next, over)).isEqualTo(new Revoke(next.tokens().get(0)));
            assertThat(next.revoked(FIRST).tokens())
                    .extracting(KnownToken::version)
                    .containsExactly(FIRST + 1);
        }

        @Test
        void aTokenOfAShorterLifetimeIsRotatedByThatLifetime() {
            TokenState issued = TokenState.NONE
                    .withIntent(new Intent(FIRST, "m", NOW))
                    .issued(Secret.of("v"), "", Optional.of(NOW.plusSeconds(1_000)), NOW);

            KnownToken current = issued.verified(FIRST, Optional.empty())
                    .published(FIRST, SETTINGS, NOW)
                    .current()
                    .orElseThrow();

            assertThat(current.due()).isEqualTo(NOW.plusSeconds(700));
        }

        @Test
        void aTokenWithoutExpiryIsRotatedByTheConfiguredLifetime() {
            TokenState published = TokenState.NONE
                    .withIntent(new Intent(FIRST, "m", NOW))
                    .issued(Secret.of("v"), "user", Optional.empty(), NOW)
                    .verified(FIRST, Optional.empty())
                    .published(FIRST, SETTINGS, NOW);

            assertThat(decided(published, NOW.plus(Duration.ofHours(7)))).isEqualTo(new Issue(FIRST + 1));
            assertThat(published.usable(NOW.plus(Duration.ofDays(365)))).isPresent();
        }

        @Test
        void noTokenIsIssuedWhileARetiredOneIsValid() {
            TokenState two = published(published(NOW), NOW.plusSeconds(10)).withRotationRequest();
            Instant now = NOW.plusSeconds(20);

            assertThat(decided(two, now)).isInstanceOf(Wait.class);
            assertThat(decided(two.revoked(FIRST), now)).isEqualTo(new Issue(FIRST + 2));
        }

        @Test
        void aRetiredTokenDoesNotLetTheCurrentOneExpire() {
            RotationSettings slow = new RotationSettings(LIFE, 0.7, Duration.ofHours(20), LEASE, true);
            TokenState two = published(NOW);
            Instant later = NOW.plus(Duration.ofHours(7));
            TokenState next =
                    issued(two, later).verified(FIRST + 1, Optional.empty()).published(FIRST + 1, slow, later);
            // The old token has long expired; one that does not expire would delay the next one for ever.
            TokenState endless = new TokenState(
                    next.lastVersion(),
                    next.tokens().stream()
                            .map(token -> token.version() == FIRST
                                    ? new KnownToken(
                                            FIRST,
                                            token.value(),
                                            "",
                                            NOW,
                                            Optional.empty(),
                                            TokenPhase.RETIRED,
                                            later.plus(Duration.ofDays(9)))
                                    : token)
                            .toList(),
                    next.intent(),
                    next.guard(),
                    next.replacements(),
                    false,
                    false);
            Instant due = later.plus(Duration.ofHours(7));

            assertThat(decided(endless, due)).isInstanceOf(Wait.class);
            assertThat(decided(endless, due.plus(Duration.ofMinutes(90)))).isEqualTo(new Issue(FIRST + 2));
        }
    }

    @Nested
    class ChangedFile {
        @Test
        void aTokenFromAFileIsRotatedWhenTheFileChangesAndNotByAge() {
            RotationSettings fromFile = new RotationSettings(LIFE, 0.7, OVERLAP, LEASE, false);
            TokenState published = TokenState.NONE
                    .withIntent(new Intent(FIRST, "m", NOW))
                    .issued(Secret.of("v"), "", Optional.empty(), NOW)
                    .verified(FIRST, Optional.empty())
                    .published(FIRST, fromFile, NOW);
            Instant later = NOW.plus(Duration.ofDays(900));

            assertThat(new Rotation(fromFile).decide(published, false, later)).isInstanceOf(Wait.class);
            assertThat(new Rotation(fromFile).decide(published, true, later)).isEqualTo(new Issue(FIRST + 1));
        }

        @Test
        void aFileThatChangesAgainReplacesATokenThatIsNotVerified() {
            TokenState waiting =
                    issued(published(NOW), NOW.plusSeconds(1)).verificationFailed(FIRST + 1, NOW.plusSeconds(1));

            TokenState next = issued(waiting, NOW.plusSeconds(100));

            assertThat(ROTATION.decide(waiting, true, NOW.plusSeconds(100))).isEqualTo(new Issue(FIRST + 2));
            assertThat(decided(next, NOW.plusSeconds(100)))
                    .isEqualTo(new Revoke(next.tokens().get(1)));
        }
    }

    @Nested
    class RequestedRotation {
        @Test
        void aRotationRequestIsExecutedOnceAndMetByAnyPublication() {
            TokenState requested = published(NOW).withRotationRequest();

            assertThat(decided(requested, NOW)).isEqualTo(new Issue(FIRST + 1));
            assertThat(published(requested, NOW).rotationRequested()).isFalse();
            assertThat(requested.withIntent(new Intent(FIRST + 1, "m", NOW)).rotationRequested())
                    .isFalse();
        }
    }

    @Nested
    class RejectedToken {
        @Test
        void aRejectedTokenIsReplacedAtOnceEvenBesideARetiredOne() {
            TokenState two = published(published(NOW), NOW.plusSeconds(1));

            assertThat(decided(two.withSuspect(true), NOW.plusSeconds(2))).isEqualTo(new Issue(FIRST + 2));
            assertThat(published(two.withSuspect(true), NOW.plusSeconds(2)).suspect())
                    .isFalse();
        }

        @Test
        void aRejectedTokenIsServedUntilItsSuccessorIsVerified() {
            TokenState suspected = issued(published(NOW).withSuspect(true), NOW.plusSeconds(1));

            assertThat(suspected.usable(NOW.plusSeconds(1)))
                    .map(KnownToken::version)
                    .contains(FIRST);
            assertThat(decided(suspected, NOW.plusSeconds(1))).isInstanceOf(Verify.class);
        }

        @Test
        void consecutiveReplacementsHaveGrowingPausesBetweenThem() {
            TokenState state = published(NOW);
            Instant now = NOW;
            long[] pauses = {0, 5, 10, 20, 40, 80, 160, 320, 600, 600};
            for (long pause : pauses) {
                TokenState suspected = state.withSuspect(true);
                if (pause > 0) {
                    assertThat(decided(suspected, now.plusSeconds(pause).minusMillis(1)))
                            .as("before %s s", pause)
                            .isInstanceOf(Wait.class);
                }
                now = now.plusSeconds(pause);
                assertThat(decided(suspected, now)).as("after %s s", pause).isInstanceOf(Issue.class);
                state = published(suspected, now);
                state = state.revoked(state.lastVersion() - 1);
            }
            Instant quiet = now.plus(Duration.ofMinutes(21));
            TokenState late = published(state.withSuspect(true), quiet);
            assertThat(late.replacements().consecutive()).isEqualTo(1);
        }
    }

    private static RotationDecision decided(TokenState state, Instant now) {
        return ROTATION.decide(state, false, now);
    }

    private static TokenState refused(TokenState state, Instant now) {
        return state.withIntent(new Intent(state.nextVersion(now), "m", now)).issueRefused();
    }

    private static TokenState issued(TokenState state, Instant now) {
        long version = state.nextVersion(now);
        return state.withIntent(new Intent(version, "m" + version, now))
                .issued(Secret.of("value-" + version), "", Optional.of(now.plus(LIFE)), now);
    }

    private static TokenState published(Instant now) {
        return published(TokenState.NONE, now);
    }

    private static TokenState published(TokenState before, Instant now) {
        TokenState issued = issued(before, now);
        return issued.verified(issued.lastVersion(), Optional.empty()).published(issued.lastVersion(), SETTINGS, now);
    }
}
