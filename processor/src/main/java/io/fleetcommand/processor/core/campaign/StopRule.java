package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a campaign stops by itself: the children that count, how many or what share of all that ended, and what happens.
 *
 * <p>The status FAILED includes children that SUCCEEDED with a value that is judged a failure, and SUCCEEDED leaves
 * them out. No status includes a child whose device could not be reached: such children count only where the rule says
 * so, or by their reason.
 *
 * @param statuses names of {@link Status}, as they were written
 * @param reasons names of {@code Reason}, as they were written
 * @param returnBelow children that returned a whole number below it count
 * @param unexpected whether children count whose value is judged a failure
 * @param unreachable whether children count whose device could not be reached
 * @param sharePercent the rule applies above this share of all ended children
 * @param minimumEnded with a share: not before this many children ended
 * @param count the rule applies from this many children
 */
public record StopRule(
        Set<String> statuses,
        Set<String> reasons,
        OptionalLong returnBelow,
        boolean unexpected,
        boolean unreachable,
        OptionalDouble sharePercent,
        int minimumEnded,
        OptionalInt count,
        StopAction action) {
    public StopRule {
        statuses = Set.copyOf(statuses);
        reasons = Set.copyOf(reasons);
        Objects.requireNonNull(returnBelow);
        Objects.requireNonNull(sharePercent);
        Objects.requireNonNull(count);
        Objects.requireNonNull(action);
    }

    /** What a rule does: ends the campaign for good, or pauses it. */
    public enum StopAction {
        ABORT,
        PAUSE
    }

    /** Whether a child that ended counts. */
    boolean counts(ChildEnd end, CampaignExpectation expected) {
        if (reasons.contains(end.reason().name()) || (unreachable && end.unreachable())) {
            return true;
        }
        boolean negative = end.status() == Status.SUCCEEDED && !expected.isSuccess(end.value());
        if ((unexpected && negative) || returnedBelow(end)) {
            return true;
        }
        return !end.unreachable()
                && statuses.contains(
                        negative ? Status.FAILED.name() : end.status().name());
    }

    private boolean returnedBelow(ChildEnd end) {
        return returnBelow.isPresent()
                && end.status() == Status.SUCCEEDED
                && end.value() instanceof Value.Whole whole
                && whole.number() < returnBelow.getAsLong();
    }

    /** Whether the rule applies to these totals of the whole campaign. */
    boolean applies(long matched, long ended) {
        if (count.isPresent()) {
            return matched >= count.getAsInt();
        }
        return sharePercent.isPresent()
                && ended >= minimumEnded
                && matched * 100.0 > sharePercent.getAsDouble() * ended;
    }

    /** The fewest children by which the rule could apply. */
    long fewest() {
        return count.isPresent()
                ? count.getAsInt()
                : Math.max(1, (long) Math.ceil(sharePercent.orElse(0) / 100 * minimumEnded));
    }

    /** The rule, for people. */
    String words() {
        List<String> what = new ArrayList<>(new TreeSet<>(statuses));
        what.addAll(new TreeSet<>(reasons));
        returnBelow.ifPresent(bound -> what.add("return value below " + bound));
        if (unexpected) {
            what.add("unexpected value");
        }
        if (unreachable) {
            what.add("unreachable");
        }
        String limit = count.isPresent()
                ? " from " + count.getAsInt()
                : " above " + sharePercent.orElse(0) + " % after " + minimumEnded;
        return String.join(", ", what) + limit;
    }
}
