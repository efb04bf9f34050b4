package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the journal has taught about one request's attempts.
 *
 * @param high the highest number taken so far; 0 if none
 * @param unresolved every attempt taken by a claim and not proven to have never run, with the epoch that took it
 * @param counted how many calls were made, or perhaps made, that count towards max_attempts
 * @param failures how many attempts ended without an answer: the back-off grows with it
 * @param cloudMs how long the cloud took over all calls
 * @param last what the latest call said
 */
public record Attempts(
        int high, SortedMap<Integer, String> unresolved, int counted, int failures, long cloudMs, LastCall last) {
    public static final Attempts NONE = new Attempts(0, Collections.emptySortedMap(), 0, 0, 0, LastCall.NONE);

    public Attempts {
        unresolved = Collections.unmodifiableSortedMap(new TreeMap<>(unresolved));
        Objects.requireNonNull(last);
    }

    /** Whether anything was started that may have run on the device. */
    public boolean mayHaveRun() {
        return !unresolved.isEmpty();
    }

    boolean isUnresolved(int attempt, String epoch) {
        return epoch.equals(unresolved.get(attempt));
    }

    Attempts claimed(int attempt, String epoch) {
        SortedMap<Integer, String> more = new TreeMap<>(unresolved);
        more.put(attempt, epoch);
        return new Attempts(attempt, more, counted + 1, failures, cloudMs, last);
    }

    Attempts terminated(int attempt) {
        return new Attempts(attempt, unresolved, counted, failures, cloudMs, last);
    }

    /** Folds in how a call ended: it is resolved if it surely did not run. */
    Attempts ended(int attempt, Outcome outcome) {
        Map<Integer, String> left = new TreeMap<>(unresolved);
        if (outcome.kind().surelyDidNotRun()) {
            left.remove(attempt);
        }
        return new Attempts(
                high,
                new TreeMap<>(left),
                outcome.counted() ? counted : counted - 1,
                outcome.isFailure() ? failures + 1 : failures,
                cloudMs + outcome.cloudMs(),
                new LastCall(outcome.reason(), outcome.detail(), outcome.httpStatus()));
    }

    /**
     * What the latest call said, for the words of an answer given without one.
     *
     * @param httpStatus 0 where no answer came
     */
    public record LastCall(Reason reason, String detail, int httpStatus) {
        public static final LastCall NONE = new LastCall(Reason.NONE, "", 0);
    }
}
