package io.fleetcommand.processor.core.campaign;

import java.util.Objects;
import java.util.Optional;

/**
 * Where one child of a campaign stands, as the campaign's task knows it. A device has a child from its release on.
 *
 * @param attempt the highest attempt known to be claimed
 * @param untilMs until when its device is left alone; 0 unless it waits for it
 * @param end how it ended, if it did
 */
public record ChildState(Phase phase, int attempt, long untilMs, Optional<ChildEnd> end) {
    /** A child that was just released. */
    public static final ChildState RELEASED = of(Phase.WAITING, 0, 0);

    public ChildState {
        Objects.requireNonNull(phase);
        Objects.requireNonNull(end);
        if ((phase == Phase.ENDED) != end.isPresent()) {
            throw new IllegalArgumentException(phase + " with end " + end);
        }
    }

    public enum Phase {
        IN_FLIGHT,
        WAITING_FOR_DEVICE,
        WAITING,
        ENDED
    }

    static ChildState of(Phase phase, int attempt, long untilMs) {
        return new ChildState(phase, attempt, untilMs, Optional.empty());
    }

    static ChildState ended(int attempt, ChildEnd end) {
        return new ChildState(Phase.ENDED, attempt, 0, Optional.of(end));
    }

    public boolean isOpen() {
        return phase != Phase.ENDED;
    }

    /**
     * The state after an event; empty if the event is no news: the child ended before, or the event is a repeated or
     * an older one, since events of several senders may come in any order. Within an attempt the call comes first;
     * after it the child may wait for its device and be ready by turns.
     */
    Optional<ChildState> after(ChildEvent event) {
        ChildState next = event.state();
        boolean newer = !next.isOpen() || next.rank() > rank() || (next.rank() == rank() && !next.equals(this));
        return isOpen() && newer ? Optional.of(next) : Optional.empty();
    }

    private long rank() {
        return 2L * attempt + (phase == Phase.IN_FLIGHT ? 0 : 1);
    }
}
