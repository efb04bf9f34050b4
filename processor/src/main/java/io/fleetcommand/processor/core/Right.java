package io.fleetcommand.processor.core;

import java.util.Optional;

/**
 * A right to make one call, and what it is taken from.
 *
 * @param lane that the call is made in
 * @param ceiling that the call counts towards, if the rule that allows it has one
 */
public record Right(Lane lane, Optional<Ceiling> ceiling) {
    /** To a call that no ceiling holds back. */
    public static Right of(Lane lane) {
        return new Right(lane, Optional.empty());
    }
}
