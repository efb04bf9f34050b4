package io.fleetcommand.token;

import io.fleetcommand.service.AccessToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rules of renewal: when to ask for a new token, and when to stop asking. Immutable; time and chance are arguments.
 *
 * @param renewFraction the share of its life after which a token is replaced
 * @param lastVersion of the newest token so far, whether it is still held or not; 0 before the first
 * @param held the token in use; empty before the first
 * @param refusals how often in a row the cloud did not accept the credentials
 * @param failures how often in a row the cloud could not be asked
 * @param nextTry when the next token is to be asked for
 */
record Rotation(
        double renewFraction, long lastVersion, Optional<HeldToken> held, int refusals, int failures, Instant nextTry) {
    /** Well before the cloud's own limit of ten, after which it blocks the address for half an hour. */
    static final int MOST_REFUSALS = 3;

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);

    static Rotation starting(double renewFraction, Instant now) {
        return new Rotation(renewFraction, 0, Optional.empty(), 0, 0, now);
    }

    /** Whether minting has been given up until the service is restarted with other credentials. */
    boolean isHalted() {
        return refusals >= MOST_REFUSALS;
    }

    boolean isDue(Instant now) {
        return !isHalted() && !now.isBefore(nextTry);
    }

    /** The token to hand out; empty while there is none that still works. */
    Optional<HeldToken> usable(Instant now) {
        return held.filter(token -> now.isBefore(token.expiresAt()));
    }

    /** Versions go up across restarts too, since they begin with the time. */
    Rotation minted(Mint.Done mint, Instant now) {
        long version = Math.max(now.getEpochSecond(), lastVersion + 1);
        Instant refreshAfter = now.plusMillis(Math.round(mint.life().toMillis() * renewFraction));
        HeldToken fresh = new HeldToken(new AccessToken(version, mint.value()), now.plus(mint.life()), refreshAfter);
        return new Rotation(renewFraction, version, Optional.of(fresh), 0, 0, refreshAfter);
    }

    Rotation refused(Instant now) {
        return new Rotation(renewFraction, lastVersion, held, refusals + 1, failures, now.plus(LAST_RETRY));
    }

    /** @param chance a random number from 0 to 1 */
    Rotation failed(Instant now, double chance) {
        double fullMs = Math.min(LAST_RETRY.toMillis(), FIRST_RETRY.toMillis() * Math.pow(2, Math.min(failures, 20)));
        return new Rotation(
                renewFraction,
                lastVersion,
                held,
                refusals,
                failures + 1,
                now.plusMillis(Math.round(fullMs * (1 - 0.5 * chance))));
    }

    /** The token in use was found to be refused by the cloud: it is dropped, and the next one is due. */
    Rotation withdrawn(long version, Instant now) {
        return held.filter(token -> token.token().version() == version).isPresent()
                ? new Rotation(renewFraction, lastVersion, Optional.empty(), refusals, failures, now)
                : this;
    }
}
