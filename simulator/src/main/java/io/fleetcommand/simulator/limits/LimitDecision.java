package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * Whether a request is accepted.
 *
 * @param retryAfter time until a further request would be accepted; zero if this one was
 */
public record LimitDecision(boolean accepted, Duration retryAfter) {
    static final LimitDecision ACCEPTED = new LimitDecision(true, Duration.ZERO);

    static LimitDecision refused(long waitNanos) {
        return new LimitDecision(false, Duration.ofNanos(Math.max(0, waitNanos)));
    }
}
