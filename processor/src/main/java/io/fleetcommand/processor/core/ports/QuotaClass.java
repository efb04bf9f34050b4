package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.request.Priority;
import java.util.Optional;

/**
 * A class of calls that the {@link CallLimiter} treats alike, since they count towards the same limits.
 *
 * @param rateCap the rate cap that the calls count towards, if the rule that allows them has one
 */
public record QuotaClass(Priority priority, Optional<RateCap> rateCap) {
    /** The calls of a priority that have no rate cap. */
    public static QuotaClass of(Priority priority) {
        return new QuotaClass(priority, Optional.empty());
    }
}
