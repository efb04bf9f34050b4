package io.fleetcommand.token.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Mints because the cloud refused the token in use. The first is made at once; should they go on, the cloud is the one
 * that is wrong, and the pauses between them double.
 *
 * @param consecutive without a quiet time between them
 */
public record Replacements(int consecutive, Instant last) {
    public static final Replacements NONE = new Replacements(0, Instant.EPOCH);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    public Replacements {
        Objects.requireNonNull(last);
    }

    Instant notBefore() {
        return consecutive == 0 ? Instant.EPOCH : last.plus(pause());
    }

    Replacements increment(Instant now) {
        boolean quiet = now.isAfter(last.plus(pause()).plus(LONGEST_PAUSE));
        return new Replacements(quiet ? 1 : consecutive + 1, now);
    }

    private Duration pause() {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(consecutive - 1, 0), 10));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}
