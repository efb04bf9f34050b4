package io.fleetcommand.token.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.token.rotation.Guard;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.Policy;
import io.fleetcommand.token.rotation.Rotation;
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

class TokenKeeperTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FIRST = START.getEpochSecond();
    private static final Duration OVERLAP = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(13);

    private final MemoryStore store = new MemoryStore();
    private final ScriptedIssuer cloud = new ScriptedIssuer();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<Happening> happened = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private final TokenKeeper keeper = new TokenKeeper(
            new Rotation(new Policy(Duration.ofHours(1), 0.5, OVERLAP, LEASE, true)),
            cloud,
            store,
            Runnable::run,
            now::get,
            () -> 0.5,
            () -> "mint-" + names.incrementAndGet(),
            happened::add);

    @Test
    void oneTurnMintsProvesAndPublishes() {
        keeper.turn();

        assertThat(cloud.asked).containsExactly("mint", "prove");
        assertThat(keeper.current()).map(KnownToken::version).contains(FIRST);
        assertThat(happened).containsExactly(Happening.MINTED, Happening.PROVEN, Happening.PUBLISHED);
    }

    @Test
    void aRotationPublishesTheNextAndRevokesTheOldAfterTheOverlap() {
        keeper.turn();
        pass(Duration.ofMinutes(30));
        assertThat(keeper.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(cloud.live).containsExactly("value-1", "value-2");

        pass(OVERLAP);

        assertThat(cloud.live).containsExactly("value-2");
        assertThat(store.state().tokens()).hasSize(1);
    }

    @Test
    void theIntentIsStoredBeforeTheCloudIsAsked() {
        AtomicReference<Optional<Intent>> during = new AtomicReference<>();
        cloud.duringMint = () -> during.set(store.state().intent());

        keeper.turn();

        assertThat(during.get()).contains(new Intent(FIRST, "mint-1", START));
        assertThat(store.state().intent()).isEmpty();
    }

    @Test
    void withoutTheIntentStoredNothingIsMinted() {
        store.failNext(1);
        keeper.turn();
        assertThat(cloud.asked).isEmpty();

        keeper.turn();
        assertThat(cloud.asked).containsExactly("mint", "prove");
    }

    @Test
    void aProcessThatStoodStillAfterItsIntentDoesNotMint() {
        store.onChange(() -> {
            if (store.state().intent().isPresent()) {
                now.set(now.get().plusSeconds(5));
            }
        });

        keeper.turn();

        assertThat(cloud.mints).hasValue(0);
        assertThat(store.state().guard().failures()).isZero();
    }

    @Test
    void aMintedTokenThatCannotBeStoredIsKeptUntilItCan() {
        cloud.duringMint = () -> store.failNext(3);
        keeper.turn();
        assertThat(store.state().tokens()).isEmpty();

        cloud.duringMint = () -> {};
        keeper.turn();
        keeper.turn();
        keeper.turn();

        assertThat(cloud.mints).hasValue(1);
        assertThat(keeper.current()).map(token -> token.value().reveal()).contains("value-1");
    }

    @Test
    void aMintedTokenThatAnotherLeaderWillNeverKnowOfIsRevoked() {
        cloud.duringMint = store::fence;

        keeper.turn();

        assertThat(cloud.live).isEmpty();
        assertThat(happened).contains(Happening.LEADERSHIP_LOST);
        assertThat(keeper.current()).isEmpty();
    }

    @Test
    void aTokenWhoseStoringWasDoneAfterAllIsNotRevoked() {
        cloud.duringMint = () -> store.failNext(1);
        keeper.turn();
        TokenState written =
                store.state().minted(io.fleetcommand.service.Secret.of("value-1"), "", Optional.empty(), now.get());
        store.put(written);

        keeper.turn();

        assertThat(cloud.live).containsExactly("value-1");
        assertThat(keeper.current()).map(token -> token.value().reveal()).contains("value-1");
        assertThat(cloud.mints).hasValue(1);
    }

    @Test
    void whoDoesNotLeadDoesNothing() {
        store.lead(false);
        keeper.turn();
        pass(Duration.ofHours(1));

        assertThat(cloud.asked).isEmpty();
    }

    @Test
    void whoHasNotReadTheStateDoesNothing() {
        store.know(false);
        keeper.turn();

        assertThat(cloud.asked).isEmpty();
        assertThat(keeper.whyNone()).contains("not been read");
    }

    @Test
    void anInterruptedMintIsRecoveredBeforeTheNext() {
        store.put(TokenState.NONE.intended(new Intent(FIRST, "lost", START)));
        keeper.turn();
        assertThat(cloud.asked).isEmpty();

        cloud.recovers = false;
        pass(LEASE);
        assertThat(cloud.asked).containsExactly("recover");

        cloud.recovers = true;
        keeper.turn();
        assertThat(cloud.asked).containsExactly("recover", "recover", "mint", "prove");
    }

    @Test
    void aStormOfReportsCostsOneInspectionAndOneMint() {
        keeper.turn();
        cloud.live.clear();
        int proofs = cloud.proofs.get();

        List<CompletableFuture<Verdict>> answers = new ArrayList<>();
        for (int report = 0; report < 1_000; report++) {
            answers.add(keeper.rejected(FIRST));
        }

        assertThat(answers).allMatch(answer -> answer.join() == Verdict.REPLACED);
        assertThat(cloud.mints).hasValue(2);
        // One inspection of the old token, one proof of the new one.
        assertThat(cloud.proofs).hasValue(proofs + 2);
        assertThat(happened).filteredOn(Happening.INSPECTED::equals).hasSize(1);
    }

    @Test
    void aGoodTokenIsKeptAndItsVerdictServesForTenSeconds() {
        keeper.turn();

        assertThat(keeper.rejected(FIRST).join()).isEqualTo(Verdict.STILL_GOOD);
        now.set(now.get().plusSeconds(9));
        assertThat(keeper.rejected(FIRST).join()).isEqualTo(Verdict.STILL_GOOD);
        assertThat(cloud.proofs).hasValue(2);
        now.set(now.get().plusSeconds(1));
        assertThat(keeper.rejected(FIRST).join()).isEqualTo(Verdict.STILL_GOOD);
        assertThat(cloud.proofs).hasValue(3);
        assertThat(cloud.mints).hasValue(1);
    }

    @Test
    void withoutTheCloudsWordATokenIsKept() {
        keeper.turn();
        cloud.nextProof = Optional.of(new Proof.Unknown("503"));

        assertThat(keeper.rejected(FIRST).join()).isEqualTo(Verdict.UNKNOWN);
        pass(Duration.ofSeconds(30));
        assertThat(cloud.mints).hasValue(1);
    }

    @Test
    void aReportOfAnOldVersionAsksNobody() {
        keeper.turn();
        pass(Duration.ofMinutes(30));
        int proofs = cloud.proofs.get();

        assertThat(keeper.rejected(FIRST).join()).isEqualTo(Verdict.REPLACED);
        assertThat(cloud.proofs).hasValue(proofs);
    }

    @Test
    void aCloudThatCallsEveryTokenInvalidGetsOneMintAndNotOneAfterTheOther() {
        keeper.turn();
        cloud.nextProof = Optional.of(new Proof.Rejected("401 invalid_token"));
        for (int second = 0; second < 540; second++) {
            keeper.rejected(FIRST);
            pass(Duration.ofSeconds(1));
        }
        assertThat(cloud.mints).hasValue(2);
        assertThat(keeper.current()).map(KnownToken::version).contains(FIRST);

        cloud.nextProof = Optional.empty();
        pass(Duration.ofSeconds(60));

        assertThat(cloud.mints).hasValue(2);
        assertThat(keeper.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(store.state().suspect()).isFalse();
    }

    @Test
    void anOutageOfHoursThatCallsEveryTokenInvalidIsHeldBackLikeFailedMints() {
        keeper.turn();
        cloud.nextProof = Optional.of(new Proof.Rejected("401 invalid_token"));
        keeper.rejected(FIRST);
        for (int minute = 0; minute < 90; minute++) {
            pass(Duration.ofMinutes(1));
        }

        assertThat(cloud.mints.get()).isBetween(3, 6);
        assertThat(store.state().guard().failures()).isGreaterThanOrEqualTo(Guard.MOST_IN_A_ROW);
    }

    @Test
    void wrongCredentialsAreTriedThreeTimesAndRestartsDoNotHelp() {
        cloud.nextMint = Optional.of(new Mint.Refused("400 invalid_client"));
        for (int restart = 0; restart < 50; restart++) {
            keeper.turn();
            pass(Duration.ofSeconds(30));
        }

        assertThat(cloud.mints).hasValue(3);
        assertThat(keeper.whyNone()).contains("minting is stopped", "order a rotation");
        assertThat(store.state().guard().isAlarm()).isTrue();

        cloud.nextMint = Optional.empty();
        assertThat(keeper.order().join()).isTrue();
        assertThat(keeper.current()).isPresent();
    }

    @Test
    void anOrderIsRefusedByWhoDoesNotLead() {
        store.lead(false);

        assertThat(keeper.order().join()).isFalse();
    }

    @Test
    void anOrderBringsANewToken() {
        keeper.turn();

        assertThat(keeper.order().join()).isTrue();

        assertThat(keeper.current()).map(KnownToken::version).contains(FIRST + 1);
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
        keeper.turn();
    }
}
