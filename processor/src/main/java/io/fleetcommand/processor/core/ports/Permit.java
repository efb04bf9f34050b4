package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.request.Priority;
import java.util.Optional;

/**
 * The permit that one call needs, by what it counts towards.
 *
 * @param priority the priority of the call
 * @param rateCap the rate cap that the call counts towards, if the rule that allows it has one
 */
public record Permit(Priority priority, Optional<RateCap> rateCap) {
    /** A permit without a rate cap. */
    public static Permit of(Priority priority) {
        return new Permit(priority, Optional.empty());
    }
}
