package io.fleetcommand.token.rotator;

import static io.fleetcommand.token.rotator.RotatorFixture.AGE;
import static io.fleetcommand.token.rotator.RotatorFixture.FIRST;
import static io.fleetcommand.token.rotator.RotatorFixture.LEASE;
import static io.fleetcommand.token.rotator.RotatorFixture.OVERLAP;
import static io.fleetcommand.token.rotator.RotatorFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TokenRotatorTest {
    private final RotatorFixture fixture = new RotatorFixture();

    @Test
    void oneRunIssuesVerifiesAndPublishes() {
        fixture.rotator.runOnce();

        assertThat(fixture.cloud.calls).containsExactly("issue", "verify");
        assertThat(fixture.rotator.current()).map(KnownToken::version).contains(FIRST);
        assertThat(fixture.events).containsExactly(RotationEvent.MINTED, RotationEvent.PROVEN, RotationEvent.PUBLISHED);
    }

    @Test
    void aRotationRevokesTheOldTokenAfterTheOverlap() {
        fixture.rotator.runOnce();
        fixture.runAfter(AGE);
        assertThat(fixture.rotator.current()).map(KnownToken::version).contains(FIRST + 1);
        assertThat(fixture.cloud.valid).containsExactly("value-1", "value-2");

        fixture.runAfter(OVERLAP);

        assertThat(fixture.cloud.valid).containsExactly("value-2");
        assertThat(fixture.store.state().tokens()).hasSize(1);
    }

    @Test
    void theIntentIsStoredBeforeTheRequestIsSent() {
        AtomicReference<Optional<Intent>> during = new AtomicReference<>();
        fixture.cloud.duringIssue = () -> during.set(fixture.store.state().intent());

        fixture.rotator.runOnce();

        assertThat(during.get()).contains(new Intent(FIRST, "intent-1", START));
        assertThat(fixture.store.state().intent()).isEmpty();
    }

    @Test
    void aStaleIntentIsNotExecutedAfterAPause() {
        fixture.store.onChange(() -> {
            if (fixture.store.state().intent().isPresent()) {
                fixture.tick(Duration.ofSeconds(5));
            }
        });

        fixture.rotator.runOnce();

        assertThat(fixture.cloud.issueCalls).hasValue(0);
        assertThat(fixture.store.state().guard().failures()).isZero();
    }

    @Test
    void aReplicaThatIsNotLeaderDoesNothing() {
        fixture.store.setLeader(false);
        fixture.rotator.runOnce();
        fixture.runAfter(Duration.ofHours(1));

        assertThat(fixture.cloud.calls).isEmpty();
    }

    @Test
    void nothingIsDoneBeforeTheStateIsLoaded() {
        fixture.store.setLoaded(false);
        fixture.rotator.runOnce();

        assertThat(fixture.cloud.calls).isEmpty();
        assertThat(fixture.rotator.unavailableReason()).contains("not been read");
    }

    @Test
    void anInterruptedIssueIsRecoveredBeforeTheNext() {
        fixture.store.put(TokenState.NONE.withIntent(new Intent(FIRST, "lost", START)));
        fixture.rotator.runOnce();
        assertThat(fixture.cloud.calls).isEmpty();

        fixture.cloud.recovers = false;
        fixture.runAfter(LEASE);
        assertThat(fixture.cloud.calls).containsExactly("recover");

        fixture.cloud.recovers = true;
        fixture.rotator.runOnce();
        assertThat(fixture.cloud.calls).containsExactly("recover", "recover", "issue", "verify");
    }

    @Test
    void wrongCredentialsAreTriedThreeTimesAcrossRestarts() {
        fixture.cloud.nextIssue = Optional.of(new IssueResult.Refused("400 invalid_client"));
        for (int restart = 0; restart < 50; restart++) {
            fixture.rotator.runOnce();
            fixture.runAfter(Duration.ofSeconds(30));
        }

        assertThat(fixture.cloud.issueCalls).hasValue(3);
        assertThat(fixture.rotator.unavailableReason()).contains("issuing is stopped", "request a rotation");
        assertThat(fixture.store.state().guard().isAlarm()).isTrue();

        fixture.cloud.nextIssue = Optional.empty();
        assertThat(fixture.rotator.requestRotation().join()).isTrue();
        assertThat(fixture.rotator.current()).isPresent();
    }

    @Test
    void aRotationRequestIsRefusedUnlessLeader() {
        fixture.store.setLeader(false);

        assertThat(fixture.rotator.requestRotation().join()).isFalse();
    }

    @Test
    void aRotationRequestIssuesANewToken() {
        fixture.rotator.runOnce();

        assertThat(fixture.rotator.requestRotation().join()).isTrue();

        assertThat(fixture.rotator.current()).map(KnownToken::version).contains(FIRST + 1);
    }
}
