package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.request.Priority;
import java.util.Optional;

/**
 * A right to make one call, and what it is taken from.
 *
 * @param priority that the call is made in
 * @param rateCap that the call counts towards, if the rule that allows it has one
 */
public record Permit(Priority priority, Optional<RateCap> rateCap) {
    /** To a call that no ceiling holds back. */
    public static Permit of(Priority priority) {
        return new Permit(priority, Optional.empty());
    }
}
