package io.fleetcommand.token.rotation;

import io.fleetcommand.service.Backoff;
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

    private static final Backoff PAUSE = Backoff.doubling(Duration.ofSeconds(5), Duration.ofMinutes(10));

    public Replacements {
        Objects.requireNonNull(last);
    }

    Instant notBefore() {
        return consecutive == 0 ? Instant.EPOCH : last.plus(PAUSE.delay(consecutive));
    }

    Replacements increment(Instant now) {
        boolean quiet = now.isAfter(last.plus(PAUSE.delay(consecutive)).plusMillis(PAUSE.maxMs()));
        return new Replacements(quiet ? 1 : consecutive + 1, now);
    }
}
