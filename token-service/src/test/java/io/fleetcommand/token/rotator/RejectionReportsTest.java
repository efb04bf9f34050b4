package io.fleetcommand.token.rotator;

import static io.fleetcommand.token.rotator.RotatorFixture.AGE;
import static io.fleetcommand.token.rotator.RotatorFixture.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.LockoutGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RejectionReportsTest {
    private final RotatorFixture fixture = new RotatorFixture();

    @Test
    void aBurstOfReportsCausesOneVerificationAndOneIssue() {
        fixture.rotator.runOnce();
        fixture.cloud.valid.clear();
        int verifyCallsBefore = fixture.cloud.verifyCalls.get();

        List<CompletableFuture<RejectionVerdict>> verdicts = new ArrayList<>();
        for (int report = 0; report < 1_000; report++) {
            verdicts.add(fixture.rotator.rejected(FIRST));
        }

        assertThat(verdicts).allMatch(verdict -> verdict.join() == RejectionVerdict.REPLACED);
        assertThat(fixture.cloud.issueCalls).hasValue(2);
        // One verification of the old token, one of the new one.
        assertThat(fixture.cloud.verifyCalls).hasValue(verifyCallsBefore + 2);
        assertThat(fixture.events).filteredOn(RotationEvent.INSPECTED::equals).hasSize(1);
    }

    @Test
    void aValidTokenIsKeptAndItsVerdictIsSharedForTenSeconds() {
        fixture.rotator.runOnce();

        assertThat(fixture.rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.STILL_GOOD);
        fixture.tick(Duration.ofSeconds(9));
        assertThat(fixture.rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.STILL_GOOD);
        assertThat(fixture.cloud.verifyCalls).hasValue(2);
        fixture.tick(Duration.ofSeconds(1));
        assertThat(fixture.rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.STILL_GOOD);
        assertThat(fixture.cloud.verifyCalls).hasValue(3);
        assertThat(fixture.cloud.issueCalls).hasValue(1);
    }

    @Test
    void aTokenThatCannotBeVerifiedIsKept() {
        fixture.rotator.runOnce();
        fixture.cloud.nextVerification = Optional.of(new Verification.Unknown("503"));

        assertThat(fixture.rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.UNKNOWN);
        fixture.runAfter(Duration.ofSeconds(30));
        assertThat(fixture.cloud.issueCalls).hasValue(1);
    }

    @Test
    void aReportOfAnOldVersionCausesNoCall() {
        fixture.rotator.runOnce();
        fixture.runAfter(AGE);
        int verifyCallsBefore = fixture.cloud.verifyCalls.get();

        assertThat(fixture.rotator.rejected(FIRST).join()).isEqualTo(RejectionVerdict.REPLACED);
        assertThat(fixture.cloud.verifyCalls).hasValue(verifyCallsBefore);
    }

    @Test
    void aCloudThatRejectsEveryTokenCausesOneIssueOnly() {
        fixture.rotator.runOnce();
        fixture.cloud.nextVerification = Optional.of(new Verification.Rejected("401 invalid_token"));
        for (int second = 0; second < 540; second++) {
            fixture.rotator.rejected(FIRST);
            fixture.runAfter(Duration.ofSeconds(1));
        }
        assertThat(fixture.cloud.issueCalls).hasValue(2);
        assertThat(fixture.rotator.current()).map(KnownToken::version).contains(FIRST);

        fixture.cloud.nextVerification = Optional.empty();
        fixture.runAfter(Duration.ofSeconds(60));

        assertThat(fixture.cloud.issueCalls).hasValue(2);
        assertThat(fixture.rotator.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(fixture.store.state().suspect()).isFalse();
    }

    @Test
    void hoursOfRejectionsAreThrottledLikeFailedAttempts() {
        fixture.rotator.runOnce();
        fixture.cloud.nextVerification = Optional.of(new Verification.Rejected("401 invalid_token"));
        fixture.rotator.rejected(FIRST);
        for (int minute = 0; minute < 90; minute++) {
            fixture.runAfter(Duration.ofMinutes(1));
        }

        assertThat(fixture.cloud.issueCalls.get()).isBetween(3, 6);
        assertThat(fixture.store.state().guard().failures()).isGreaterThanOrEqualTo(LockoutGuard.MAX_IN_A_ROW);
    }
}
