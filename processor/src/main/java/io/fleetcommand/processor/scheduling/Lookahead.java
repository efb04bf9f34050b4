package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QueuePosition;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who stands behind the first of a line: the places of the next few, so that they need not be looked for, and whether
 * there may be others, whom only the backlog knows. Whoever has left since is still here.
 */
final class Lookahead {
    /** Memory grows with this for each line that has so much to do. */
    static final int FEW = 8;

    private final TreeSet<QueuePosition> next = new TreeSet<>();
    private boolean others;

    /** Of a line of which only the backlog knows who stands in it. */
    static Lookahead unknown() {
        Lookahead behind = new Lookahead();
        behind.others = true;
        return behind;
    }

    void add(QueuePosition position) {
        if (!others || !next.isEmpty() && position.compareTo(next.last()) < 0) {
            next.add(position);
            if (next.size() > FEW) {
                next.pollLast();
                others = true;
            }
        }
    }

    /** Takes the next few, once they were looked for; as many as there is room for, or all that there are. */
    void refill(List<QueuePosition> places) {
        next.addAll(places);
        others = places.size() == FEW;
    }

    /** The next of the few, who is here no longer. */
    Optional<QueuePosition> next() {
        return Optional.ofNullable(next.pollFirst());
    }

    /** Whether anybody may stand behind the few. */
    boolean areOthers() {
        return others;
    }
}
