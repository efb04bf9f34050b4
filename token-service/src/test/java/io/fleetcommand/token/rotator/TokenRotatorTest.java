package io.fleetcommand.token.rotator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.LockoutGuard;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.rotation.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TokenRotatorTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FIRST = START.getEpochSecond();
    private static final Duration OVERLAP = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(13);

    private final MemoryStore store = new MemoryStore();
    private final ScriptedIssuer cloud = new ScriptedIssuer();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<RotationEvent> events = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private final TokenRotator rotator = new TokenRotator(
            new Rotation(new RotationSettings(Duration.ofHours(1), 0.5, OVERLAP, LEASE, true)),
            cloud,
            store,
            Runnable::run,
            now::get,
            () -> 0.5,
            () -> "mint-" + names.incrementAndGet(),
            events::add);

    @Test
    void oneRunIssuesVerifiesAndPublishes() {
        rotator.runOnce();

        assertThat(cloud.calls).containsExactly("issue", "verify");
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST);
        assertThat(events).containsExactly(RotationEvent.MINTED, RotationEvent.PROVEN, RotationEvent.PUBLISHED);
    }

    @Test
    void aRotationPublishesTheNewTokenAndRevokesTheOldOneAfterTheOverlap() {
        rotator.runOnce();
        pass(Duration.ofMinutes(30));
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(cloud.valid).containsExactly("value-1", "value-2");

        pass(OVERLAP);

        assertThat(cloud.valid).containsExactly("value-2");
        assertThat(store.state().tokens()).hasSize(1);
    }

    @Test
    void theIntentIsStoredBeforeTheRequestIsSent() {
        AtomicReference<Optional<Intent>> during = new AtomicReference<>();
        cloud.duringIssue = () -> during.set(store.state().intent());

        rotator.runOnce();

        assertThat(during.get()).contains(new Intent(FIRST, "mint-1", START));
        assertThat(store.state().intent()).isEmpty();
    }

    @Test
    void noTokenIsIssuedUnlessTheIntentIsStored() {
        store.failNext(1);
        rotator.runOnce();
        assertThat(cloud.calls).isEmpty();

        rotator.runOnce();
        assertThat(cloud.calls).containsExactly("issue", "verify");
    }

    @Test
    void aStaleIntentIsNotExecutedAfterAPause() {
        store.onChange(() -> {
            if (store.state().intent().isPresent()) {
                now.set(now.get().plusSeconds(5));
            }
        });

        rotator.runOnce();

        assertThat(cloud.issueCalls).hasValue(0);
        assertThat(store.state().guard().failures()).isZero();
    }

    @Test
    void aNewTokenThatCannotBeStoredIsRetriedUntilItIs() {
        cloud.duringIssue = () -> store.failNext(3);
        rotator.runOnce();
        assertThat(store.state().tokens()).isEmpty();

        cloud.duringIssue = () -> {};
        rotator.runOnce();
        rotator.runOnce();
        rotator.runOnce();

        assertThat(cloud.issueCalls).hasValue(1);
        assertThat(rotator.current()).map(token -> token.value().reveal()).contains("value-1");
    }

    @Test
    void anOrphanedTokenIsRevokedWhenLeadershipIsLost() {
        cloud.duringIssue = store::fence;

        rotator.runOnce();

        assertThat(cloud.valid).isEmpty();
        assertThat(events).contains(RotationEvent.LEADERSHIP_LOST);
        assertThat(rotator.current()).isEmpty();
    }

    @Test
    void aTokenIsNotRevokedIfTheFailedWriteSucceededAfterAll() {
        cloud.duringIssue = () -> store.failNext(1);
        rotator.runOnce();
        TokenState written =
                store.state().issued(io.fleetcommand.service.Secret.of("value-1"), "", Optional.empty(), now.get());
        store.put(written);

        rotator.runOnce();

        assertThat(cloud.valid).containsExactly("value-1");
        assertThat(rotator.current()).map(token -> token.value().reveal()).contains("value-1");
        assertThat(cloud.issueCalls).hasValue(1);
    }

    @Test
    void aReplicaThatIsNotLeaderDoesNothing() {
        store.setLeader(false);
        rotator.runOnce();
        pass(Duration.ofHours(1));

        assertThat(cloud.calls).isEmpty();
    }

    @Test
    void nothingIsDoneBeforeTheStateIsLoaded() {
        store.setLoaded(false);
        rotator.runOnce();

        assertThat(cloud.calls).isEmpty();
        assertThat(rotator.unavailableReason()).contains("not been read");
    }

    @Test
    void anInterruptedIssueIsRecoveredBeforeTheNext() {
        store.put(TokenState.NONE.withIntent(new Intent(FIRST, "lost", START)));
        rotator.runOnce();
        assertThat(cloud.calls).isEmpty();

        cloud.recovers = false;
        pass(LEASE);
        assertThat(cloud.calls).containsExactly("recover");

        cloud.recovers = true;
        rotator.runOnce();
        assertThat(cloud.calls).containsExactly("recover", "recover", "issue", "verify");
    }

    @Test
    void aBurstOfReportsCausesOneVerificationAndOneIssue() {
        rotator.runOnce();
        cloud.valid.clear();
        int verifyCallsBefore = cloud.verifyCalls.get();

        List<CompletableFuture<RejectionVerdict>> verdicts = new ArrayList<>();
        for (int report = 0; report < 1_000; report++) {
            verdicts.add(rotator.rejected(FIRST));
        }

        assertThat(verdicts).allMatch(verdict -> verdict.join() == RejectionVerdict.REPLACED);
        assertThat(cloud.issueCalls).hasValue(2);
        // One verification of the old token, one of the new one.
        assertThat(cloud.verifyCalls).hasValue(verifyCallsBefore + 2);
        assertThat(events).filteredOn(RotationEvent.INSPECTED::equals).hasSize(1);
    }

    @Test
    void aValidTokenIsKeptAndItsVerdictIsSharedForTenSeconds() {
        rotator.runOnce();

        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.STILL_GOOD);
        now.set(now.get().plusSeconds(9));
        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.STILL_GOOD);
        assertThat(cloud.verifyCalls).hasValue(2);
        now.set(now.get().plusSeconds(1));
        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.STILL_GOOD);
        assertThat(cloud.verifyCalls).hasValue(3);
        assertThat(cloud.issueCalls).hasValue(1);
    }

    @Test
    void aTokenThatCannotBeVerifiedIsKept() {
        rotator.runOnce();
        cloud.nextVerification = Optional.of(new Verification.Unknown("503"));

        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.UNKNOWN);
        pass(Duration.ofSeconds(30));
        assertThat(cloud.issueCalls).hasValue(1);
    }

    @Test
    void aReportOfAnOldVersionCausesNoCall() {
        rotator.runOnce();
        pass(Duration.ofMinutes(30));
        int verifyCallsBefore = cloud.verifyCalls.get();

        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.REPLACED);
        assertThat(cloud.verifyCalls).hasValue(verifyCallsBefore);
    }

    @Test
    void aCloudThatRejectsEveryTokenCausesOneIssueOnly() {
        rotator.runOnce();
        cloud.nextVerification = Optional.of(new Verification.Rejected("401 invalid_token"));
        for (int second = 0; second < 540; second++) {
            rotator.rejected(FIRST);
            pass(Duration.ofSeconds(1));
        }
        assertThat(cloud.issueCalls).hasValue(2);
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST);

        cloud.nextVerification = Optional.empty();
        pass(Duration.ofSeconds(60));

        assertThat(cloud.issueCalls).hasValue(2);
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(store.state().suspect()).isFalse();
    }

    @Test
    void anOutageOfHoursThatRejectsEveryTokenIsThrottledLikeFailedAttempts() {
        rotator.runOnce();
        cloud.nextVerification = Optional.of(new Verification.Rejected("401 invalid_token"));
        rotator.rejected(FIRST);
        for (int minute = 0; minute < 90; minute++) {
            pass(Duration.ofMinutes(1));
        }

        assertThat(cloud.issueCalls.get()).isBetween(3, 6);
        assertThat(store.state().guard().failures()).isGreaterThanOrEqualTo(LockoutGuard.MAX_IN_A_ROW);
    }

    @Test
    void wrongCredentialsAreTriedThreeTimesAcrossRestarts() {
        cloud.nextIssue = Optional.of(new IssueResult.Refused("400 invalid_client"));
        for (int restart = 0; restart < 50; restart++) {
            rotator.runOnce();
            pass(Duration.ofSeconds(30));
        }

        assertThat(cloud.issueCalls).hasValue(3);
        assertThat(rotator.unavailableReason()).contains("issuing is stopped", "request a rotation");
        assertThat(store.state().guard().isAlarm()).isTrue();

        cloud.nextIssue = Optional.empty();
        assertThat(rotator.requestRotation().join()).isTrue();
        assertThat(rotator.current()).isPresent();
    }

    @Test
    void aRotationRequestIsRefusedUnlessLeader() {
        store.setLeader(false);

        assertThat(rotator.requestRotation().join()).isFalse();
    }

    @Test
    void aRotationRequestIssuesANewToken() {
        rotator.runOnce();

        assertThat(rotator.requestRotation().join()).isTrue();

        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST + 1);
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
        rotator.runOnce();
    }
}
