package io.fleetcommand.simulator.counts;

/**
 * A device ran a function or gave out a variable.
 *
 * @param name of the function or variable
 * @param argument as the device got it; empty for a variable
 * @param heard whether the cloud heard of it in time and answered 200
 * @param atNanos when it had run, on the simulator's clock: nanoseconds since 1970
 * @param sequence place among all executions of the fleet, from 1
 */
public record Execution(Kind kind, String name, String argument, boolean heard, long atNanos, long sequence) {
    /** What was run. */
    public enum Kind {
        FUNCTION,
        VARIABLE
    }
}
