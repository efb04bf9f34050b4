package io.fleetcommand.token.rotation;

import io.fleetcommand.token.rotation.RotationDecision.Issue;
import io.fleetcommand.token.rotation.RotationDecision.Wait;
import io.fleetcommand.token.rotation.RotationDecision.Publish;
import io.fleetcommand.token.rotation.RotationDecision.Recover;
import io.fleetcommand.token.rotation.RotationDecision.Revoke;
import io.fleetcommand.token.rotation.RotationDecision.Stop;
import io.fleetcommand.token.rotation.RotationDecision.Verify;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides, from what is stored and the time, what is to be done next with the tokens. What it decides is done and its
 * outcome stored before it is asked again; so whoever takes over after a crash goes on from the last stored step.
 *
 * <p>What holds: readers keep the token they have until its successor was proven. Nothing is minted while a retired
 * token lives, unless the current one is refused or near its end; so at most two live.
 */
public record Rotation(RotationSettings settings) {
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    /** @param sourceChanged whether the file that tokens are read from holds another one than the newest known */
    public RotationDecision decide(TokenState state, boolean sourceChanged, Instant now) {
        Optional<RotationDecision> unfinished = unfinished(state, now);
        if (unfinished.isPresent()) {
            return unfinished.get();
        }
        Optional<KnownToken> candidate = state.inPhase(TokenPhase.MINTED);
        if (candidate.isPresent() && !sourceChanged) {
            return candidate.get().isDue(now) ? new Verify(candidate.get()) : rest(state, now);
        }
        return isWanted(state, sourceChanged, now) ? minting(state, now) : rest(state, now);
    }

    private Optional<RotationDecision> unfinished(TokenState state, Instant now) {
        if (state.intent().isPresent()) {
            Instant over = state.intent().get().at().plus(settings.lease());
            return Optional.of(
                    now.isBefore(over)
                            ? new Wait(over)
                            : new Recover(state.intent().get()));
        }
        return state.inPhase(TokenPhase.PROVEN)
                .<RotationDecision>map(token -> new Publish(token.version()))
                .or(() -> state.tokens().stream()
                        .filter(token -> token.phase() == TokenPhase.RETIRED && token.isDue(now))
                        .findFirst()
                        .map(Revoke::new));
    }

    private static boolean isWanted(TokenState state, boolean sourceChanged, Instant now) {
        return isUrgent(state, now)
                || state.rotationRequested()
                || sourceChanged
                || state.current().filter(token -> token.isDue(now)).isPresent();
    }

    /** Readers have no token that works. */
    private static boolean isUrgent(TokenState state, Instant now) {
        return state.usable(now).isEmpty() || state.suspect();
    }

    private static RotationDecision minting(TokenState state, Instant now) {
        boolean crowded =
                state.tokens().stream().anyMatch(token -> token.phase() == TokenPhase.RETIRED && token.isValidAt(now));
        if (crowded && !isUrgent(state, now) && !isNearItsEnd(state, now)) {
            return rest(state, now);
        }
        if (state.suspect()
                && !state.rotationRequested()
                && now.isBefore(state.replacements().notBefore())) {
            return soonest(Stream.of(state.replacements().notBefore()), now);
        }
        LockoutGuard guard = state.guard();
        if (guard.allowsAttempt(now, state.rotationRequested())) {
            return new Issue(state.nextVersion(now));
        }
        return guard.isAlarm()
                ? new Stop(
                        guard.failures() + " attempts in a row have failed to give a token",
                        later(guard.notBefore(), now))
                : soonest(Stream.of(guard.notBefore()), now);
    }

    /** More than half of the time is over between when the next token was wanted and when there is none any more. */
    private static boolean isNearItsEnd(TokenState state, Instant now) {
        return state.current()
                .flatMap(token -> token.expiresAt()
                        .map(end -> token.due()
                                .plus(Duration.between(token.due(), end).dividedBy(2))))
                .filter(half -> !now.isBefore(half))
                .isPresent();
    }

    private static RotationDecision rest(TokenState state, Instant now) {
        return soonest(state.tokens().stream().map(KnownToken::due).filter(due -> due.isAfter(now)), now);
    }

    private static Wait soonest(Stream<Instant> times, Instant now) {
        Instant longest = now.plus(LONGEST_REST);
        return new Wait(times.reduce(longest, (one, other) -> one.isBefore(other) ? one : other));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
