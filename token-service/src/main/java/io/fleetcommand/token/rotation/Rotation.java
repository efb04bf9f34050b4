package io.fleetcommand.token.rotation;

import io.fleetcommand.token.rotation.Decision.Keep;
import io.fleetcommand.token.rotation.Decision.Mint;
import io.fleetcommand.token.rotation.Decision.Prove;
import io.fleetcommand.token.rotation.Decision.Publish;
import io.fleetcommand.token.rotation.Decision.Recover;
import io.fleetcommand.token.rotation.Decision.Revoke;
import io.fleetcommand.token.rotation.Decision.Stop;
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
public record Rotation(Policy policy) {
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    /** @param sourceChanged whether the file that tokens are read from holds another one than the newest known */
    public Decision decide(TokenState state, boolean sourceChanged, Instant now) {
        Optional<Decision> unfinished = unfinished(state, now);
        if (unfinished.isPresent()) {
            return unfinished.get();
        }
        Optional<KnownToken> candidate = state.in(Phase.MINTED);
        if (candidate.isPresent() && !sourceChanged) {
            return candidate.get().isDue(now) ? new Prove(candidate.get()) : rest(state, now);
        }
        return isWanted(state, sourceChanged, now) ? minting(state, now) : rest(state, now);
    }

    private Optional<Decision> unfinished(TokenState state, Instant now) {
        if (state.intent().isPresent()) {
            Instant over = state.intent().get().at().plus(policy.lease());
            return Optional.of(
                    now.isBefore(over)
                            ? new Keep(over)
                            : new Recover(state.intent().get()));
        }
        return state.in(Phase.PROVEN)
                .<Decision>map(token -> new Publish(token.version()))
                .or(() -> state.tokens().stream()
                        .filter(token -> token.phase() == Phase.RETIRED && token.isDue(now))
                        .findFirst()
                        .map(Revoke::new));
    }

    private static boolean isWanted(TokenState state, boolean sourceChanged, Instant now) {
        return isUrgent(state, now)
                || state.ordered()
                || sourceChanged
                || state.current().filter(token -> token.isDue(now)).isPresent();
    }

    /** Readers have no token that works. */
    private static boolean isUrgent(TokenState state, Instant now) {
        return state.usable(now).isEmpty() || state.suspect();
    }

    private static Decision minting(TokenState state, Instant now) {
        boolean crowded =
                state.tokens().stream().anyMatch(token -> token.phase() == Phase.RETIRED && token.livesAt(now));
        if (crowded && !isUrgent(state, now) && !isNearItsEnd(state, now)) {
            return rest(state, now);
        }
        if (state.suspect()
                && !state.ordered()
                && now.isBefore(state.replacements().notBefore())) {
            return soonest(Stream.of(state.replacements().notBefore()), now);
        }
        Guard guard = state.guard();
        if (guard.allows(now, state.ordered())) {
            return new Mint(state.nextVersion(now));
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

    private static Decision rest(TokenState state, Instant now) {
        return soonest(state.tokens().stream().map(KnownToken::due).filter(due -> due.isAfter(now)), now);
    }

    private static Keep soonest(Stream<Instant> times, Instant now) {
        Instant longest = now.plus(LONGEST_REST);
        return new Keep(times.reduce(longest, (one, other) -> one.isBefore(other) ? one : other));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
