package io.fleetcommand.token.rotator;

import static io.fleetcommand.token.rotator.RotatorFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotation.TokenState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Writes that fail, each with its consequence for the rotation. */
class StateWriterTest {
    private final RotatorFixture fixture = new RotatorFixture();

    @Test
    void noTokenIsIssuedUnlessTheIntentIsStored() {
        fixture.store.failNext(1);
        fixture.rotator.runOnce();
        assertThat(fixture.cloud.calls).isEmpty();

        fixture.rotator.runOnce();
        assertThat(fixture.cloud.calls).containsExactly("issue", "verify");
    }

    @Test
    void aNewTokenThatCannotBeStoredIsRetriedUntilItIs() {
        fixture.cloud.duringIssue = () -> fixture.store.failNext(3);
        fixture.rotator.runOnce();
        assertThat(fixture.store.state().tokens()).isEmpty();

        fixture.cloud.duringIssue = () -> {};
        fixture.rotator.runOnce();
        fixture.rotator.runOnce();
        fixture.rotator.runOnce();

        assertThat(fixture.cloud.issueCalls).hasValue(1);
        assertThat(fixture.rotator.current())
                .map(token -> token.value().reveal())
                .contains("value-1");
    }

    @Test
    void anOrphanedTokenIsRevokedWhenLeadershipIsLost() {
        fixture.cloud.duringIssue = fixture.store::fence;

        fixture.rotator.runOnce();

        assertThat(fixture.cloud.valid).isEmpty();
        assertThat(fixture.events).contains(RotationEvent.LEADERSHIP_LOST);
        assertThat(fixture.rotator.current()).isEmpty();
    }

    @Test
    void aTokenIsNotRevokedIfTheFailedWriteSucceededAfterAll() {
        fixture.cloud.duringIssue = () -> fixture.store.failNext(1);
        fixture.rotator.runOnce();
        TokenState written =
                fixture.store.state().issued(Secret.of("value-1"), "", Optional.empty(), fixture.now.get());
        fixture.store.put(written);

        fixture.rotator.runOnce();

        assertThat(fixture.cloud.valid).containsExactly("value-1");
        assertThat(fixture.rotator.current())
                .map(token -> token.value().reveal())
                .contains("value-1");
        assertThat(fixture.cloud.issueCalls).hasValue(1);
    }

    @Test
    void anotherFailedWriteDoesNotForgetANewToken() {
        StateWriter writer = new StateWriter(fixture.store, fixture.cloud, fixture.events::add);
        KnownToken token =
                new KnownToken(1, Secret.of("value-1"), "", START, Optional.empty(), TokenPhase.MINTED, START);
        TokenState issued = TokenState.NONE.issued(token.value(), "", Optional.empty(), START);
        fixture.store.failNext(3);

        assertThat(writer.writeIssued(issued, token)).isFalse();
        assertThat(writer.write(TokenState.NONE.withSuspect(true))).isFalse();
        assertThat(writer.retryPending()).isFalse();
        assertThat(writer.retryPending()).isTrue();

        assertThat(fixture.store.state()).isEqualTo(issued);
        assertThat(fixture.events).containsExactly(RotationEvent.STATE_UNWRITTEN, RotationEvent.STATE_UNWRITTEN);
        assertThat(fixture.cloud.calls).isEmpty();
    }
}
