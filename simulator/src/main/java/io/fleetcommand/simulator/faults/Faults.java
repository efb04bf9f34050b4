package io.fleetcommand.simulator.faults;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/** The active faults, oldest first: a request gets the first one that strikes it. Thread-safe. */
public final class Faults {
    private static final int MAX_FAULTS = 1000;

    private final CopyOnWriteArrayList<ActiveFault> active = new CopyOnWriteArrayList<>();
    private final DoubleSupplier random;
    private int lastId;

    /** @param random uniform numbers from 0 to 1; thread-safe */
    public Faults(DoubleSupplier random) {
        this.random = random;
    }

    /** @throws IllegalStateException if there are too many faults */
    public synchronized ActiveFault add(Fault fault) {
        if (active.size() >= MAX_FAULTS) {
            active.removeIf(ActiveFault::isUsedUp);
        }
        if (active.size() >= MAX_FAULTS) {
            throw new IllegalStateException("there are " + MAX_FAULTS + " faults already: clear them first");
        }
        var added = new ActiveFault(++lastId, fault);
        active.add(added);
        return added;
    }

    /** The fault that strikes the request, if any; counts the strike. */
    public Optional<Fault> strike(FaultTarget target) {
        for (var fault : active) {
            if (fault.tryStrike(target, random)) {
                return Optional.of(fault.fault());
            }
        }
        return Optional.empty();
    }

    /** All faults that have not been cleared, including used up ones. */
    public List<ActiveFault> all() {
        return List.copyOf(active);
    }

    public boolean isEmpty() {
        return active.isEmpty();
    }

    public boolean refusesConnections() {
        return active.stream().anyMatch(fault -> fault.fault().kind() == FaultKind.CONNECTIONS_REFUSED);
    }

    /** @return whether there was such a fault */
    public boolean clear(int id) {
        return active.removeIf(fault -> fault.id() == id);
    }

    public void clear() {
        active.clear();
    }
}
