package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.ResultView;
import io.fleetcommand.model.Status;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** How the abuser's own records were answered, by status and reason. Thread-safe; guarded by itself. */
final class AnswerTally {
    private final Map<String, Long> counts = new TreeMap<>();
    private long changedNanos = System.nanoTime();

    synchronized void reset() {
        counts.clear();
        changedNanos = System.nanoTime();
    }

    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether nothing has been counted for a while. */
    synchronized boolean isQuietFor(Duration time) {
        return System.nanoTime() - changedNanos > time.toNanos();
    }

    /**
     * Counts a value of a result topic, or one of the failed requests. A failed request with an id has a result as well,
     * which is counted in its place.
     */
    void add(Object value) {
        ResultView.of(value).ifPresent(result -> answered(result.requestId(), result.status(), result.reason()));
        if (value instanceof FailedRequest failed && failed.getRequestId().isEmpty()) {
            count("set aside ", failed.getStatus(), failed.getReason());
        }
    }

    private void answered(String requestId, Status status, Reason reason) {
        if (!requestId.isEmpty()) {
            count("", status, reason);
        }
    }

    private synchronized void count(String how, Status status, Reason reason) {
        changedNanos = System.nanoTime();
        counts.merge(how + status + (reason == Reason.NONE ? "" : " " + reason), 1L, Long::sum);
    }
}
