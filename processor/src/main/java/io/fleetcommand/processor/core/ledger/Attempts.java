package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The attempts of one request, as far as they are known from the journal.
 *
 * @param high the highest attempt number taken so far; 0 if none
 * @param unresolved every attempt that was claimed and may have run, with the epoch that claimed it
 * @param counted how many calls that count towards max_attempts were made, or may have been made
 * @param failures how many attempts failed: the back-off grows with it
 * @param cloudMs the total time the cloud took for all calls
 * @param last the outcome of the latest call
 */
public record Attempts(
        int high, SortedMap<Integer, String> unresolved, int counted, int failures, long cloudMs, LastCall last) {
    public static final Attempts NONE = new Attempts(0, Collections.emptySortedMap(), 0, 0, 0, LastCall.NONE);

    public Attempts {
        unresolved = Collections.unmodifiableSortedMap(new TreeMap<>(unresolved));
        Objects.requireNonNull(last);
    }

    /** Whether any attempt may have run on the device. */
    public boolean mayHaveRun() {
        return !unresolved.isEmpty();
    }

    boolean isUnresolved(int attempt, String epoch) {
        return epoch.equals(unresolved.get(attempt));
    }

    Attempts claimed(int attempt, String epoch) {
        SortedMap<Integer, String> claims = new TreeMap<>(unresolved);
        claims.put(attempt, epoch);
        return new Attempts(attempt, claims, counted + 1, failures, cloudMs, last);
    }

    Attempts terminated(int attempt) {
        return new Attempts(attempt, unresolved, counted, failures, cloudMs, last);
    }

    /** Applies the outcome of a call: the attempt is resolved if it surely did not run. */
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
     * The outcome of the latest call, for the detail of a result that ends the request without a call.
     *
     * @param httpStatus 0 if there was no HTTP response
     */
    public record LastCall(Reason reason, String detail, int httpStatus) {
        public static final LastCall NONE = new LastCall(Reason.NONE, "", 0);
    }
}
