package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds the open requests of each request topic and priority in one task, so that a flood of one kind of work leaves
 * room for all others, and the cancellations that wait for requests that were not read yet. Counted change by change,
 * since the ledger is too long to be counted. Confined to the task's stream thread.
 */
final class AdmissionControl implements RequestObserver {
    private final int maxOpen;
    private final Map<Work, Integer> open = new HashMap<>();
    /** Of this task alone: what an earlier one left is forgotten within hours. */
    private int unread;

    AdmissionControl(int maxOpen) {
        this.maxOpen = maxOpen;
    }

    /** Why a request that the ledger does not know yet may not enter it now; empty if it may. */
    Optional<String> refusal(Request request) {
        return open.getOrDefault(Work.of(request), 0) < maxOpen
                ? Optional.empty()
                : Optional.of(
                        "there are " + maxOpen + " open " + request.priority() + " requests of " + request.source()
                                + " in this partition, which is its share of request.topics.open.max; it was not accepted and"
                                + " never ran. Send it again later, by the same request_id");
    }

    /** Why a cancellation of a request that the ledger does not know may not be kept now; empty if it may. */
    Optional<String> cancellationRefusal() {
        return unread < maxOpen
                ? Optional.empty()
                : Optional.of(
                        "there are " + maxOpen + " cancellations of unknown requests in this partition, which is its"
                                + " share of request.topics.open.max; send it again once its request was published");
    }

    /** What was read about a request that never came is forgotten. */
    void forgotten() {
        unread = Math.max(0, unread - 1);
    }

    @Override
    public void found(LedgerEntry entry) {
        count(entry, 1);
    }

    @Override
    public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
        known.ifPresent(entry -> count(entry, -1));
        count(next, 1);
        if (known.isEmpty() && !next.isRead()) {
            unread++;
        } else if (next.isRead() && known.filter(entry -> !entry.isRead()).isPresent()) {
            forgotten();
        }
    }

    private void count(LedgerEntry entry, int change) {
        if (entry.isOpen()) {
            open.merge(Work.of(entry.request().orElseThrow()), change, Integer::sum);
        }
    }

    @Override
    public void answered(Request request, Result result) {
        // Counted when its entry changed.
    }

    @Override
    public void repeated(Request request) {
        // It was answered before.
    }

    @Override
    public void held(Source source, int records) {
        // What waits for its schema is bounded where it waits.
    }

    @Override
    public void setAside(Source source) {
        // It is not in the ledger.
    }

    @Override
    public void backingOff(int devices) {
        // Requests of a device that rests are open like all others.
    }

    @Override
    public void ended() {
        // It ends with its task.
    }

    private record Work(String topic, Priority priority) {
        static Work of(Request request) {
            return new Work(request.source(), request.priority());
        }
    }
}
