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
 * Limits the open requests per request topic and priority of one task, so that a flood of one kind of work leaves room
 * for all others, and the cancellations of requests that were not read yet. The counts are updated incrementally, since
 * the ledger is too large to scan. Confined to the task's stream thread.
 */
final class AdmissionControl implements RequestObserver {
    private final int maxOpen;
    private final Map<WorkClass, Integer> open = new HashMap<>();
    /**
     * Cancellations of unknown requests read by this task; those of earlier tasks expire within hours and are not
     * counted.
     */
    private int unread;

    AdmissionControl(int maxOpen) {
        this.maxOpen = maxOpen;
    }

    /** The reason why a request that is new to the ledger is not admitted now; empty if it is. */
    Optional<String> refusal(Request request) {
        return open.getOrDefault(WorkClass.of(request), 0) < maxOpen
                ? Optional.empty()
                : Optional.of(
                        "there are " + maxOpen + " open " + request.priority() + " requests of " + request.source()
                                + " in this partition, which is its share of request.topics.open.max; it was not"
                                + " accepted and never ran. Send it again later, by the same request_id");
    }

    /** The reason why a cancellation of an unknown request is not stored now; empty if it is. */
    Optional<String> cancellationRefusal() {
        return unread < maxOpen
                ? Optional.empty()
                : Optional.of(
                        "there are " + maxOpen + " cancellations of unknown requests in this partition, which is its"
                                + " share of request.topics.open.max; send it again once its request was published");
    }

    /** A cancellation or journal event of a request that never came has expired. */
    void unreadExpired() {
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
            unreadExpired();
        }
    }

    private void count(LedgerEntry entry, int change) {
        if (entry.isOpen()) {
            open.merge(WorkClass.of(entry.request().orElseThrow()), change, Integer::sum);
        }
    }

    @Override
    public void answered(Request request, Result result) {
        // Counted in changed().
    }

    @Override
    public void repeated(Request request) {
        // Counted when it was answered the first time.
    }

    @Override
    public void held(Source source, int records) {
        // Held records have a limit of their own in HeldRecords.
    }

    @Override
    public void setAside(Source source) {
        // A record that was set aside is not in the ledger.
    }

    @Override
    public void backingOff(int devices) {
        // Requests of a device in back-off are open like all others.
    }

    @Override
    public void ended() {
        // The counts end with the task.
    }

    private record WorkClass(String topic, Priority priority) {
        static WorkClass of(Request request) {
            return new WorkClass(request.source(), request.priority());
        }
    }
}
