package io.fleetcommand.token.rotation;

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
import java.util.stream.Stream;

/**
 * Decides the next step of the rotation from the stored state and the time. Each decision is executed and its outcome
 * stored before the next, so that a new leader continues after a crash from the last stored step. Immutable.
 *
 * <p>Invariants: readers keep their token until its successor is verified. No token is issued while a retired one is
 * valid, unless the current one is rejected or near its expiry; so at most two are valid.
 */
public record Rotation(RotationSettings settings) {
    private static final Duration MAX_WAIT = Duration.ofMinutes(1);

    /** @param sourceChanged whether the token file holds another token than the known ones */
    public RotationDecision decide(TokenState state, boolean sourceChanged, Instant now) {
        Optional<RotationDecision> resume = resume(state, now);
        if (resume.isPresent()) {
            return resume.get();
        }
        Optional<KnownToken> candidate = state.inPhase(TokenPhase.MINTED);
        if (candidate.isPresent() && !sourceChanged) {
            return candidate.get().isDue(now) ? new Verify(candidate.get()) : waitForNextDue(state, now);
        }
        return isRotationDue(state, sourceChanged, now) ? issueIfAllowed(state, now) : waitForNextDue(state, now);
    }

    private Optional<RotationDecision> resume(TokenState state, Instant now) {
        if (state.intent().isPresent()) {
            Instant leaseEnd = state.intent().get().at().plus(settings.lease());
            return Optional.of(
                    now.isBefore(leaseEnd)
                            ? new Wait(leaseEnd)
                            : new Recover(state.intent().get()));
        }
        return state.inPhase(TokenPhase.PROVEN)
                .<RotationDecision>map(token -> new Publish(token.version()))
                .or(() -> state.tokens().stream()
                        .filter(token -> token.phase() == TokenPhase.RETIRED && token.isDue(now))
                        .findFirst()
                        .map(Revoke::new));
    }

    private static boolean isRotationDue(TokenState state, boolean sourceChanged, Instant now) {
        return isUrgent(state, now)
                || state.rotationRequested()
                || sourceChanged
                || state.current().filter(token -> token.isDue(now)).isPresent();
    }

    /** Whether readers have no valid token. */
    private static boolean isUrgent(TokenState state, Instant now) {
        return state.usable(now).isEmpty() || state.suspect();
    }

    private static RotationDecision issueIfAllowed(TokenState state, Instant now) {
        boolean retiredIsValid =
                state.tokens().stream().anyMatch(token -> token.phase() == TokenPhase.RETIRED && token.isValidAt(now));
        if (retiredIsValid && !isUrgent(state, now) && !isNearExpiry(state, now)) {
            return waitForNextDue(state, now);
        }
        if (state.suspect()
                && !state.rotationRequested()
                && now.isBefore(state.replacements().notBefore())) {
            return waitUntilEarliest(Stream.of(state.replacements().notBefore()), now);
        }
        LockoutGuard guard = state.guard();
        if (guard.allowsAttempt(now, state.rotationRequested())) {
            return new Issue(state.nextVersion(now));
        }
        return guard.isAlarm()
                ? new Stop(
                        guard.failures() + " consecutive attempts to issue a token have failed",
                        later(guard.notBefore(), now))
                : waitUntilEarliest(Stream.of(guard.notBefore()), now);
    }

    /** Whether more than half of the time has passed between the due rotation and the current token's expiry. */
    private static boolean isNearExpiry(TokenState state, Instant now) {
        return state.current()
                .flatMap(token -> token.expiresAt()
                        .map(expiry -> token.due()
                                .plus(Duration.between(token.due(), expiry).dividedBy(2))))
                .filter(midpoint -> !now.isBefore(midpoint))
                .isPresent();
    }

    private static RotationDecision waitForNextDue(TokenState state, Instant now) {
        return waitUntilEarliest(state.tokens().stream().map(KnownToken::due).filter(due -> due.isAfter(now)), now);
    }

    private static Wait waitUntilEarliest(Stream<Instant> times, Instant now) {
        Instant longest = now.plus(MAX_WAIT);
        return new Wait(times.reduce(longest, (one, other) -> one.isBefore(other) ? one : other));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
