package io.fleetcommand.simulator.faults;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/** The faults in force, oldest first: the first that strikes a request is the one it gets. Thread-safe. */
public final class Faults {
    private static final int MOST = 1000;

    private final CopyOnWriteArrayList<ActiveFault> active = new CopyOnWriteArrayList<>();
    private final DoubleSupplier random;
    private int lastId;

    /** @param random evenly between 0 and 1; called by many threads */
    public Faults(DoubleSupplier random) {
        this.random = random;
    }

    /** @throws IllegalStateException if there are too many */
    public synchronized ActiveFault add(Fault fault) {
        if (active.size() >= MOST) {
            active.removeIf(ActiveFault::usedUp);
        }
        if (active.size() >= MOST) {
            throw new IllegalStateException("there are " + MOST + " faults already: clear them first");
        }
        var added = new ActiveFault(++lastId, fault);
        active.add(added);
        return added;
    }

    /** The fault that this request gets, counted as a strike. */
    public Optional<Fault> strike(Target target) {
        for (var fault : active) {
            if (fault.strikes(target, random)) {
                return Optional.of(fault.fault());
            }
        }
        return Optional.empty();
    }

    /** All that were asked for and not cleared, used up or not. */
    public List<ActiveFault> all() {
        return List.copyOf(active);
    }

    public boolean none() {
        return active.isEmpty();
    }

    public boolean refusesConnections() {
        return active.stream().anyMatch(fault -> fault.fault().kind() == FaultKind.CONNECTIONS_REFUSED);
    }

    /** Returns whether there was such a fault. */
    public boolean clear(int id) {
        return active.removeIf(fault -> fault.id() == id);
    }

    public void clear() {
        active.clear();
    }
}
