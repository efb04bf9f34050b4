package io.fleetcommand.token.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Tokens issued because the cloud rejected the current one. The first replacement is immediate. If rejections continue,
 * the fault is the cloud's, and the pauses between replacements double. Immutable.
 *
 * @param consecutive replacements without a quiet period between them
 */
public record Replacements(int consecutive, Instant last) {
    public static final Replacements NONE = new Replacements(0, Instant.EPOCH);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

    public Replacements {
        Objects.requireNonNull(last);
    }

    Instant notBefore() {
        return consecutive == 0 ? Instant.EPOCH : last.plus(pause());
    }

    Replacements increment(Instant now) {
        boolean quiet = now.isAfter(last.plus(pause()).plus(MAX_PAUSE));
        return new Replacements(quiet ? 1 : consecutive + 1, now);
    }

    private Duration pause() {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(consecutive - 1, 0), 10));
        return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    }
}
