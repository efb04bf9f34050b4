package io.fleetcommand.operations;

import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * On what terms failed requests run again.
 *
 * @param number which replay it is: 1 takes requests as their callers published them, 2 what replay 1 left failed
 * @param priority the priority of the replays
 * @param guarantee of the commands among them; empty for each one's own
 * @param timeToLive from the replay to its deadline
 * @param includeMayHaveRun whether AT_MOST_ONCE commands that may have run are run again all the same
 * @param reasons that were asked for by name; some are replayed only then
 * @param most how many are replayed at once
 */
public record ReplayTerms(
        int number,
        Priority priority,
        Optional<Guarantee> guarantee,
        Duration timeToLive,
        boolean includeMayHaveRun,
        Set<Reason> reasons,
        int most) {
    /** @throws IllegalArgumentException if a number is out of its range */
    public ReplayTerms {
        reasons = Set.copyOf(reasons);
        if (number < 1 || most < 1 || timeToLive.isNegative() || timeToLive.isZero()) {
            throw new IllegalArgumentException("the replay number, the limit and the deadline must be above 0");
        }
    }
}
