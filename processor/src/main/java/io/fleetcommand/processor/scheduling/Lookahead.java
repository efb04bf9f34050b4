package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QueuePosition;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The positions of the next few requests behind the head of a queue, so that they need not be read from the backlog,
 * and whether the backlog may hold more. Requests that have left the queue since are still included. Confined to the
 * task's stream thread.
 */
final class Lookahead {
    /** How many positions are kept; memory grows with it for each queue that is this long. */
    static final int MAX_POSITIONS = 8;

    private final TreeSet<QueuePosition> next = new TreeSet<>();
    private boolean more;

    /** For a queue whose requests only the backlog knows. */
    static Lookahead unknown() {
        Lookahead lookahead = new Lookahead();
        lookahead.more = true;
        return lookahead;
    }

    void add(QueuePosition position) {
        if (!more || !next.isEmpty() && position.compareTo(next.last()) < 0) {
            next.add(position);
            if (next.size() > MAX_POSITIONS) {
                next.pollLast();
                more = true;
            }
        }
    }

    /** Adds the next positions as read from the backlog: {@link #MAX_POSITIONS} of them, or all that there are. */
    void refill(List<QueuePosition> positions) {
        next.addAll(positions);
        more = positions.size() == MAX_POSITIONS;
    }

    /** Removes and returns the next position. */
    Optional<QueuePosition> next() {
        return Optional.ofNullable(next.pollFirst());
    }

    /** Whether the backlog may hold requests behind these positions. */
    boolean hasMore() {
        return more;
    }
}
