package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.ledger.JournalEvent.Finished;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that the fields of journal events are in range. Processors write nothing else, but others may be able to write
 * to the topic: no event may make a number overflow, or a lease last for ever.
 */
public final class JournalEventValidator {
    /** Far above what any request can reach, and far enough below {@link Integer#MAX_VALUE} that adding one is safe. */
    public static final int MAX_ATTEMPT = 2_000_000_000;
    /** By how much one event may raise a request's highest attempt: larger steps would soon exhaust the numbers. */
    static final int MAX_STEP = 1_000_000;

    /** The last millisecond of the year 9999. */
    private static final long MAX_TIME_MS = 253_402_300_799_999L;

    private static final long MAX_DURATION_MS = Duration.ofDays(366).toMillis();
    private static final int MAX_EPOCH_LENGTH = 200;
    private static final Set<Status> WITHOUT_A_CALL =
            Set.of(Status.EXPIRED, Status.FAILED, Status.CANCELLED, Status.OUTCOME_UNKNOWN);

    private JournalEventValidator() {}

    /** What is out of range in an event; empty if nothing is. */
    public static Optional<String> fault(JournalEvent event) {
        RequestKey key = event.key();
        if (key.requestId().isBlank() || key.requestId().length() > RequestValidator.MAX_ID_LENGTH) {
            return fault(
                    "request_id",
                    key.requestId().length() + " characters long",
                    "1 to " + RequestValidator.MAX_ID_LENGTH);
        }
        if (!RequestValidator.isDeviceId(key.deviceId())) {
            return fault(
                    "device_id",
                    key.deviceId().isEmpty() ? "not given" : key.deviceId().length() + " characters long",
                    "24 hexadecimal digits, in small letters");
        }
        if (event.attempt() < 1 || event.attempt() > MAX_ATTEMPT) {
            return fault("attempt", Integer.toString(event.attempt()), "1 to " + MAX_ATTEMPT);
        }
        if (event.epoch().isEmpty() || event.epoch().length() > MAX_EPOCH_LENGTH) {
            return fault("epoch", event.epoch().length() + " characters long", "1 to " + MAX_EPOCH_LENGTH);
        }
        if (event.atMs() < 0 || event.atMs() > MAX_TIME_MS) {
            return fault("time", event.atMs() + " ms", "0 to " + MAX_TIME_MS);
        }
        return event instanceof JournalEvent.Terminated terminated
                        && !WITHOUT_A_CALL.contains(terminated.termination().status())
                ? fault("status", terminated.termination().status().name(), "one of " + WITHOUT_A_CALL)
                : Optional.empty();
    }

    /**
     * Returns the event with its durations in range. They belong to a call whose outcome must not be lost because of
     * them, so they are clamped, not rejected.
     */
    public static JournalEvent limited(JournalEvent event) {
        if (!(event instanceof Finished finished)) {
            return event;
        }
        Outcome written = finished.outcome();
        Outcome outcome = new Outcome(
                written.kind(),
                written.reason(),
                written.detail(),
                written.value(),
                written.httpStatus(),
                limited(written.retryAfterMs()),
                written.counted(),
                limited(written.cloudMs()));
        return new Finished(
                finished.key(),
                finished.attempt(),
                finished.epoch(),
                outcome,
                limited(finished.heldMs()),
                finished.atMs());
    }

    /** Whether an event's attempt number is plausible for a request with these attempts. */
    static boolean isWithinReach(int attempt, Attempts attempts) {
        return attempt - attempts.high() <= MAX_STEP;
    }

    private static long limited(long durationMs) {
        return Math.max(0, Math.min(MAX_DURATION_MS, durationMs));
    }

    private static Optional<String> fault(String field, String found, String wanted) {
        return Optional.of("its " + field + " is " + found + "; it may be " + wanted);
    }
}
