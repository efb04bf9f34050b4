package io.fleetcommand.simulator.limits;

import java.time.Duration;

/**
 * Whether a request may pass.
 *
 * @param retryAfter when one more would be accepted; zero if this one was
 */
public record Decision(boolean accepted, Duration retryAfter) {
    static final Decision ACCEPTED = new Decision(true, Duration.ZERO);

    static Decision refused(long waitNanos) {
        return new Decision(false, Duration.ofNanos(Math.max(0, waitNanos)));
    }
}
