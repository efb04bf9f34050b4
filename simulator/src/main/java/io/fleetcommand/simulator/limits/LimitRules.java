package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * The rate limits of a source address (particle-contract §6). Immutable.
 *
 * @param limit maximum requests to all routes in any window
 * @param tokenLimit maximum requests to each token route in any window
 * @param lockOutAfter consecutive failed token creations that lock an address out
 */
public record LimitRules(int limit, Duration window, int tokenLimit, int lockOutAfter, Duration lockOut) {
    public static final LimitRules DEFAULT =
            new LimitRules(10_000, Duration.ofSeconds(300), 100, 10, Duration.ofMinutes(30));

    public LimitRules {
        if (limit < 1 || tokenLimit < 1 || lockOutAfter < 1) {
            throw new IllegalArgumentException("limits must be at least 1");
        }
        if (window.isNegative() || window.isZero() || lockOut.isNegative()) {
            throw new IllegalArgumentException(
                    "the window must be longer than zero, and the lock-out must not be negative");
        }
    }

    public LimitRules withLimit(int limit, Duration window) {
        return new LimitRules(limit, window, tokenLimit, lockOutAfter, lockOut);
    }

    public LimitRules withTokenLimit(int tokenLimit) {
        return new LimitRules(limit, window, tokenLimit, lockOutAfter, lockOut);
    }

    public LimitRules withLockOut(int lockOutAfter, Duration lockOut) {
        return new LimitRules(limit, window, tokenLimit, lockOutAfter, lockOut);
    }
}
