package io.fleetcommand.processor.core;

import java.util.Objects;
import java.util.Optional;

/**
 * What the ledger knows about one request.
 *
 * @param request empty while only journal facts, or a cancellation, have been read
 * @param sequence the order in which this task read its requests
 * @param wakeMs READY: when it is due. CLAIMING and CLOSING: when to append again. CALLED: when the lease ends.
 *     ANSWERED: no meaning
 * @param closing how it is to end; present in CLOSING only
 * @param answer present in ANSWERED only
 */
public record Entry(
        String id,
        Optional<Request> request,
        long sequence,
        Phase phase,
        long wakeMs,
        Attempts attempts,
        boolean cancelled,
        Timing timing,
        Optional<Closing> closing,
        Optional<Answer> answer) {
    public Entry {
        Objects.requireNonNull(id);
        Objects.requireNonNull(phase);
        Objects.requireNonNull(attempts);
        Objects.requireNonNull(timing);
        if (closing.isPresent() != (phase == Phase.CLOSING) || answer.isPresent() != (phase == Phase.ANSWERED)) {
            throw new IllegalArgumentException(id + ": " + phase + " with " + closing + " and " + answer);
        }
    }

    static Entry unread(String id, long nowMs) {
        return new Entry(
                id,
                Optional.empty(),
                0,
                Phase.READY,
                nowMs,
                Attempts.NONE,
                false,
                Timing.startingAt(nowMs),
                Optional.empty(),
                Optional.empty());
    }

    public boolean isAnswered() {
        return phase == Phase.ANSWERED;
    }

    /** Whether the request has been read and still waits for its answer. */
    public boolean isOpen() {
        return request.isPresent() && !isAnswered();
    }

    /** Whether it may be called now, as far as its own times go. */
    public boolean isDueAt(long nowMs) {
        return phase == Phase.READY && request.isPresent() && nowMs >= wakeMs;
    }

    /** Of an open entry: when something must be done about it at the latest, unless news comes first. */
    public long alarmMs() {
        return phase == Phase.READY ? request.orElseThrow().deadlineMs() + 1 : wakeMs;
    }

    Entry with(Request read, long newSequence, long nowMs) {
        return new Entry(
                id,
                Optional.of(read),
                newSequence,
                phase,
                phase == Phase.READY ? Math.max(nowMs, read.notBeforeMs()) : wakeMs,
                attempts,
                cancelled,
                Timing.startingAt(nowMs),
                closing,
                answer);
    }

    Entry ready(Attempts now, long dueMs, long nowMs) {
        return in(Phase.READY, dueMs, now, timing.waitingAgain(nowMs));
    }

    Entry claiming(long againMs, Timing waited) {
        return in(Phase.CLAIMING, againMs, attempts, waited);
    }

    Entry called(Attempts now, long leaseEndMs) {
        return in(Phase.CALLED, leaseEndMs, now, timing);
    }

    Entry with(Attempts now) {
        return new Entry(id, request, sequence, phase, wakeMs, now, cancelled, timing, closing, answer);
    }

    /** A call ended, after it was held for quota so long. */
    Entry ended(Attempts now, long heldMs) {
        return new Entry(id, request, sequence, phase, wakeMs, now, cancelled, timing.held(heldMs), closing, answer);
    }

    Entry wakingAt(long laterMs) {
        return new Entry(id, request, sequence, phase, laterMs, attempts, cancelled, timing, closing, answer);
    }

    Entry cancelledNow() {
        return new Entry(id, request, sequence, phase, wakeMs, attempts, true, timing, closing, answer);
    }

    Entry closing(Closing how, long againMs) {
        return new Entry(
                id,
                request,
                sequence,
                Phase.CLOSING,
                againMs,
                attempts,
                cancelled,
                timing,
                Optional.of(how),
                Optional.empty());
    }

    Entry answered(Answer given) {
        return new Entry(
                id,
                request,
                sequence,
                Phase.ANSWERED,
                wakeMs,
                attempts,
                cancelled,
                timing,
                Optional.empty(),
                Optional.of(given));
    }

    private Entry in(Phase next, long nextWakeMs, Attempts now, Timing waited) {
        return new Entry(
                id, request, sequence, next, nextWakeMs, now, cancelled, waited, Optional.empty(), Optional.empty());
    }
}
