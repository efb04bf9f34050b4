package io.fleetcommand.processor.core.campaign;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How far a campaign's ramp has come.
 *
 * @param credit devices that are due and were not released, with the fraction of the next one
 * @param runMs for how long the ramp ran, pauses left out
 * @param creditedToMs up to when credit was given; empty while the ramp does not run
 * @param fixedPerMinute the rate that a person has set instead of the plan's
 */
public record RampState(double credit, long runMs, OptionalLong creditedToMs, OptionalDouble fixedPerMinute) {
    public static final RampState START = new RampState(0, 0, OptionalLong.empty(), OptionalDouble.empty());

    public RampState {
        Objects.requireNonNull(creditedToMs);
        Objects.requireNonNull(fixedPerMinute);
    }

    /** The devices that are due. */
    long due() {
        // The sum of many small credits may be short of a whole number by a rounding error.
        return (long) Math.floor(credit + 1e-6);
    }

    RampState releasing(long devices) {
        return new RampState(Math.max(0, credit - devices), runMs, creditedToMs, fixedPerMinute);
    }

    /** Stops the clock of the ramp. What was due and not released is not made up for, but for the next device. */
    RampState stopped() {
        return new RampState(Math.min(1, credit), runMs, OptionalLong.empty(), fixedPerMinute);
    }

    RampState at(double perMinute) {
        return new RampState(Math.min(1, credit), runMs, creditedToMs, OptionalDouble.of(perMinute));
    }
}
