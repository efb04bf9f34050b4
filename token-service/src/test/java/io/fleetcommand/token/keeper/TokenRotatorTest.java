package io.fleetcommand.token.keeper;

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
    private final List<RotationEvent> happened = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private final TokenRotator rotator = new TokenRotator(
            new Rotation(new RotationSettings(Duration.ofHours(1), 0.5, OVERLAP, LEASE, true)),
            cloud,
            store,
            Runnable::run,
            now::get,
            () -> 0.5,
            () -> "mint-" + names.incrementAndGet(),
            happened::add);

    @Test
    void oneTurnMintsProvesAndPublishes() {
        rotator.runOnce();

        assertThat(cloud.asked).containsExactly("mint", "prove");
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST);
        assertThat(happened).containsExactly(RotationEvent.MINTED, RotationEvent.PROVEN, RotationEvent.PUBLISHED);
    }

    @Test
    void aRotationPublishesTheNextAndRevokesTheOldAfterTheOverlap() {
        rotator.runOnce();
        pass(Duration.ofMinutes(30));
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(cloud.live).containsExactly("value-1", "value-2");

        pass(OVERLAP);

        assertThat(cloud.live).containsExactly("value-2");
        assertThat(store.state().tokens()).hasSize(1);
    }

    @Test
    void theIntentIsStoredBeforeTheCloudIsAsked() {
        AtomicReference<Optional<Intent>> during = new AtomicReference<>();
        cloud.duringMint = () -> during.set(store.state().intent());

        rotator.runOnce();

        assertThat(during.get()).contains(new Intent(FIRST, "mint-1", START));
        assertThat(store.state().intent()).isEmpty();
    }

    @Test
    void withoutTheIntentStoredNothingIsMinted() {
        store.failNext(1);
        rotator.runOnce();
        assertThat(cloud.asked).isEmpty();

        rotator.runOnce();
        assertThat(cloud.asked).containsExactly("mint", "prove");
    }

    @Test
    void aProcessThatStoodStillAfterItsIntentDoesNotMint() {
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
    void aMintedTokenThatCannotBeStoredIsKeptUntilItCan() {
        cloud.duringMint = () -> store.failNext(3);
        rotator.runOnce();
        assertThat(store.state().tokens()).isEmpty();

        cloud.duringMint = () -> {};
        rotator.runOnce();
        rotator.runOnce();
        rotator.runOnce();

        assertThat(cloud.issueCalls).hasValue(1);
        assertThat(rotator.current()).map(token -> token.value().reveal()).contains("value-1");
    }

    @Test
    void aMintedTokenThatAnotherLeaderWillNeverKnowOfIsRevoked() {
        cloud.duringMint = store::fence;

        rotator.runOnce();

        assertThat(cloud.live).isEmpty();
        assertThat(happened).contains(RotationEvent.LEADERSHIP_LOST);
        assertThat(rotator.current()).isEmpty();
    }

    @Test
    void aTokenWhoseStoringWasDoneAfterAllIsNotRevoked() {
        cloud.duringMint = () -> store.failNext(1);
        rotator.runOnce();
        TokenState written =
                store.state().issued(io.fleetcommand.service.Secret.of("value-1"), "", Optional.empty(), now.get());
        store.put(written);

        rotator.runOnce();

        assertThat(cloud.live).containsExactly("value-1");
        assertThat(rotator.current()).map(token -> token.value().reveal()).contains("value-1");
        assertThat(cloud.issueCalls).hasValue(1);
    }

    @Test
    void whoDoesNotLeadDoesNothing() {
        store.setLeader(false);
        rotator.runOnce();
        pass(Duration.ofHours(1));

        assertThat(cloud.asked).isEmpty();
    }

    @Test
    void whoHasNotReadTheStateDoesNothing() {
        store.setLoaded(false);
        rotator.runOnce();

        assertThat(cloud.asked).isEmpty();
        assertThat(rotator.unavailableReason()).contains("not been read");
    }

    @Test
    void anInterruptedMintIsRecoveredBeforeTheNext() {
        store.put(TokenState.NONE.withIntent(new Intent(FIRST, "lost", START)));
        rotator.runOnce();
        assertThat(cloud.asked).isEmpty();

        cloud.recovers = false;
        pass(LEASE);
        assertThat(cloud.asked).containsExactly("recover");

        cloud.recovers = true;
        rotator.runOnce();
        assertThat(cloud.asked).containsExactly("recover", "recover", "mint", "prove");
    }

    @Test
    void aStormOfReportsCostsOneInspectionAndOneMint() {
        rotator.runOnce();
        cloud.live.clear();
        int proofs = cloud.verifyCalls.get();

        List<CompletableFuture<RejectionVerdict>> answers = new ArrayList<>();
        for (int report = 0; report < 1_000; report++) {
            answers.add(rotator.rejected(FIRST));
        }

        assertThat(answers).allMatch(answer -> answer.join() == RejectionVerdict.REPLACED);
        assertThat(cloud.issueCalls).hasValue(2);
        // One inspection of the old token, one proof of the new one.
        assertThat(cloud.verifyCalls).hasValue(proofs + 2);
        assertThat(happened).filteredOn(RotationEvent.INSPECTED::equals).hasSize(1);
    }

    @Test
    void aGoodTokenIsKeptAndItsVerdictServesForTenSeconds() {
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
    void withoutTheCloudsWordATokenIsKept() {
        rotator.runOnce();
        cloud.nextProof = Optional.of(new Verification.Unknown("503"));

        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.UNKNOWN);
        pass(Duration.ofSeconds(30));
        assertThat(cloud.issueCalls).hasValue(1);
    }

    @Test
    void aReportOfAnOldVersionAsksNobody() {
        rotator.runOnce();
        pass(Duration.ofMinutes(30));
        int proofs = cloud.verifyCalls.get();

        assertThat(rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.REPLACED);
        assertThat(cloud.verifyCalls).hasValue(proofs);
    }

    @Test
    void aCloudThatCallsEveryTokenInvalidGetsOneMintAndNotOneAfterTheOther() {
        rotator.runOnce();
        cloud.nextProof = Optional.of(new Verification.Rejected("401 invalid_token"));
        for (int second = 0; second < 540; second++) {
            rotator.rejected(FIRST);
            pass(Duration.ofSeconds(1));
        }
        assertThat(cloud.issueCalls).hasValue(2);
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST);

        cloud.nextProof = Optional.empty();
        pass(Duration.ofSeconds(60));

        assertThat(cloud.issueCalls).hasValue(2);
        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(store.state().suspect()).isFalse();
    }

    @Test
    void anOutageOfHoursThatCallsEveryTokenInvalidIsHeldBackLikeFailedMints() {
        rotator.runOnce();
        cloud.nextProof = Optional.of(new Verification.Rejected("401 invalid_token"));
        rotator.rejected(FIRST);
        for (int minute = 0; minute < 90; minute++) {
            pass(Duration.ofMinutes(1));
        }

        assertThat(cloud.issueCalls.get()).isBetween(3, 6);
        assertThat(store.state().guard().failures()).isGreaterThanOrEqualTo(LockoutGuard.MAX_IN_A_ROW);
    }

    @Test
    void wrongCredentialsAreTriedThreeTimesAndRestartsDoNotHelp() {
        cloud.nextMint = Optional.of(new IssueResult.Refused("400 invalid_client"));
        for (int restart = 0; restart < 50; restart++) {
            rotator.runOnce();
            pass(Duration.ofSeconds(30));
        }

        assertThat(cloud.issueCalls).hasValue(3);
        assertThat(rotator.unavailableReason()).contains("minting is stopped", "order a rotation");
        assertThat(store.state().guard().isAlarm()).isTrue();

        cloud.nextMint = Optional.empty();
        assertThat(rotator.requestRotation().join()).isTrue();
        assertThat(rotator.current()).isPresent();
    }

    @Test
    void anOrderIsRefusedByWhoDoesNotLead() {
        store.setLeader(false);

        assertThat(rotator.requestRotation().join()).isFalse();
    }

    @Test
    void anOrderBringsANewToken() {
        rotator.runOnce();

        assertThat(rotator.requestRotation().join()).isTrue();

        assertThat(rotator.current()).map(KnownToken::version).contains(FIRST + 1);
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
        rotator.runOnce();
    }
}
