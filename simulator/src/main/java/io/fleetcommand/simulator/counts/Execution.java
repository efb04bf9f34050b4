package io.fleetcommand.simulator.counts;

/**
 * An execution of a function, or a read of a variable, on a device. Immutable.
 *
 * @param name name of the function or variable
 * @param argument the argument that the device received; empty for a variable
 * @param acknowledged whether the cloud received the result in time and responded with 200
 * @param atNanos when it was completed, on the simulator's clock, in nanoseconds since the epoch
 * @param sequence number among all executions of the fleet, from 1
 */
public record Execution(Kind kind, String name, String argument, boolean acknowledged, long atNanos, long sequence) {
    /** The kind of execution. */
    public enum Kind {
        FUNCTION,
        VARIABLE
    }
}
