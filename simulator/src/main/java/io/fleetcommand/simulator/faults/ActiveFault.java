package io.fleetcommand.simulator.faults;

import java.util.function.DoubleSupplier;

/** A fault and the number of its strikes. Thread-safe. */
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

    public synchronized long strikeCount() {
        return struck;
    }

    public synchronized boolean isUsedUp() {
        return fault.next().isPresent() && struck >= fault.next().getAsInt();
    }

    /** Whether the fault strikes the request; counts the strike. */
    synchronized boolean tryStrike(FaultTarget target, DoubleSupplier random) {
        if (isUsedUp() || !fault.matches(target)) {
            return false;
        }
        if (fault.rate().isPresent() && random.getAsDouble() >= fault.rate().getAsDouble()) {
            return false;
        }
        struck++;
        return true;
    }
}
