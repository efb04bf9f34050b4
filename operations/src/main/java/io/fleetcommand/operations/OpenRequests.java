package io.fleetcommand.operations;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.RequestView;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * Of some requests, those that have no answer: those that were published, less the records that were refused at first
 * sight and the requests that ended. A refusal is of one record alone: the same request may be open by another record,
 * published before or after it.
 */
public final class OpenRequests {
    /** About 200 MB of memory. */
    private static final int MAX_RECORDS = 1_000_000;

    private final Predicate<RequestKey> meant;
    private final Map<RecordLocation, Open> published = new LinkedHashMap<>();
    private final Set<RecordLocation> refused = new HashSet<>();
    private final Map<RequestKey, Status> ended = new HashMap<>();
    private final Set<RequestKey> seen = new HashSet<>();

    /** One request that waits for its answer. */
    public record Open(String requestId, String deviceId, boolean command, String name, Instant createdAt) {
        /** Of a DeviceCommand or VariablePoll. */
        static Optional<Open> of(SpecificRecord record) {
            return RequestView.of(record)
                    .map(request -> new Open(
                            request.requestId(),
                            request.deviceId(),
                            request.isCommand(),
                            request.name(),
                            request.createdAt()));
        }

        RequestKey key() {
            return new RequestKey(deviceId, requestId);
        }
    }

    /** @param meant which requests to look at; others are ignored */
    OpenRequests(Predicate<RequestKey> meant) {
        this.meant = meant;
    }

    /** Where nothing can be read of any request. */
    public static OpenRequests unknown() {
        return new OpenRequests(key -> false);
    }

    /**
     * Takes in a request, a result or a failed request, in any order; other records are ignored.
     *
     * @throws IllegalStateException if there are too many of them
     */
    void take(FoundRecord found) {
        Open.of(found.record()).filter(open -> meant.test(open.key())).ifPresent(open -> {
            published.put(found.place(), open);
            seen.add(open.key());
        });
        RequestOutcome.of(found.record())
                .filter(outcome -> meant.test(outcome.key()))
                .ifPresent(this::take);
        if (published.size() + refused.size() > MAX_RECORDS) {
            throw new IllegalStateException("there are more than " + MAX_RECORDS
                    + " records of these requests; choose fewer, by a later --since or another filter");
        }
    }

    private void take(RequestOutcome outcome) {
        if (!outcome.isRefusedAtFirstSight()) {
            ended.put(outcome.key(), outcome.status());
        } else if (outcome.published() instanceof FailedRequest failed
                && RecordLocation.ofSource(failed).isKnown()) {
            refused.add(RecordLocation.ofSource(failed));
        }
    }

    /** One record of each request. */
    public List<Open> open() {
        Map<RequestKey, Open> open = new LinkedHashMap<>();
        published.forEach((location, request) -> {
            if (!refused.contains(location) && !ended.containsKey(request.key())) {
                open.putIfAbsent(request.key(), request);
            }
        });
        return List.copyOf(open.values());
    }

    /** How a request ended, as far as that is kept. */
    Optional<Status> end(RequestKey key) {
        return Optional.ofNullable(ended.get(key));
    }

    /** Whether anything is kept of a request: a record that asks for it, or how it ended. */
    boolean isKnown(RequestKey key) {
        return seen.contains(key) || ended.containsKey(key);
    }

    /** Whether the record that a failed request was read from is still kept, and so are all that came after it. */
    boolean isKeptSince(Failure failure) {
        return published.containsKey(RecordLocation.ofSource(failure.record()));
    }
}
