package io.fleetcommand.simulator.faults;

import java.util.function.DoubleSupplier;

/** A fault that was asked for, and how often it has struck. Thread-safe. */
public final class ActiveFault {
    private final int id;
    private final Fault fault;
    private long struck;

    ActiveFault(int id, Fault fault) {
        this.id = id;
        this.fault = fault;
    }

    public int id() {
        return id;
    }

    public Fault fault() {
        return fault;
    }

    public synchronized long struck() {
        return struck;
    }

    public synchronized boolean usedUp() {
        return fault.next().isPresent() && struck >= fault.next().getAsInt();
    }

    /** Whether it strikes this request; a strike is counted. */
    synchronized boolean strikes(Target target, DoubleSupplier random) {
        if (usedUp() || !fault.concerns(target)) {
            return false;
        }
        if (fault.rate().isPresent() && random.getAsDouble() >= fault.rate().getAsDouble()) {
            return false;
        }
        struck++;
        return true;
    }
}
