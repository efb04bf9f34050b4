package io.fleetcommand.cli;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The latest of what was found, at most so many, and how many there were. */
final class Latest<T> {
    private final int limit;
    private final Comparator<T> byTime;
    private final PriorityQueue<T> latest;
    private long found;

    Latest(int limit, Comparator<T> byTime) {
        this.limit = limit;
        this.byTime = byTime;
        this.latest = new PriorityQueue<>(byTime);
    }

    void add(T one) {
        found++;
        latest.add(one);
        if (latest.size() > limit) {
            latest.remove();
        }
    }

    /** The latest last. */
    List<T> inOrder() {
        return latest.stream().sorted(byTime).toList();
    }

    /** How many there are, and whether all are shown. */
    String count(String what) {
        return found > latest.size()
                ? "the latest " + latest.size() + " of " + found + "; --limit shows more"
                : found + " " + what;
    }
}
