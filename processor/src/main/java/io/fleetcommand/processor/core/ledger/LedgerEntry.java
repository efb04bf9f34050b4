package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.SaturatedMath;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the ledger knows about one request.
 *
 * @param request empty while only journal facts, or a cancellation, have been read, and once it is answered: then
 *     nothing of it is needed but what it meant
 * @param content present in ANSWERED only, once the request has been read: by which it is known again
 * @param sequence the order in which this task read its requests
 * @param dueAtMs READY: when it is due. CLAIMING and CLOSING: when to append again. CALLED: when the lease ends.
 *     ANSWERED: no meaning
 * @param termination how it is to end; present in CLOSING only
 * @param others who asked again, from other addresses, in the order in which they came; none in ANSWERED
 * @param result present in ANSWERED only
 */
public record LedgerEntry(
        RequestKey key,
        Optional<Request> request,
        Optional<Fingerprint> content,
        long sequence,
        RequestPhase phase,
        long dueAtMs,
        Attempts attempts,
        boolean cancelled,
        RequestTiming timing,
        Optional<Termination> termination,
        List<Asker> others,
        Optional<Result> result) {
    /** How many addresses get the result of a request that is asked for again while it is under way. */
    public static final int MAX_ADDRESSES = 8;

    public LedgerEntry {
        Objects.requireNonNull(key);
        others = List.copyOf(others);
        Objects.requireNonNull(phase);
        Objects.requireNonNull(attempts);
        Objects.requireNonNull(timing);
        if (termination.isPresent() != (phase == RequestPhase.TERMINATING)
                || result.isPresent() != (phase == RequestPhase.FINAL)) {
            throw new IllegalArgumentException(key + ": " + phase + " with " + termination + " and " + result);
        }
        if (phase == RequestPhase.FINAL ? request.isPresent() : content.isPresent()) {
            throw new IllegalArgumentException(key + ": " + phase + " with " + request + " and " + content);
        }
    }

    static LedgerEntry unread(RequestKey key, long nowMs) {
        return new LedgerEntry(
                key,
                Optional.empty(),
                Optional.empty(),
                0,
                RequestPhase.READY,
                nowMs,
                Attempts.NONE,
                false,
                RequestTiming.startingAt(nowMs),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /**
     * One that was answered: only what is needed to know the request again and to answer it again.
     *
     * @param content empty if the request has not been read yet
     */
    public static LedgerEntry finished(RequestKey key, Optional<Fingerprint> content, Result result) {
        return new LedgerEntry(
                key,
                Optional.empty(),
                content,
                0,
                RequestPhase.FINAL,
                0,
                Attempts.NONE,
                false,
                result.timing(),
                Optional.empty(),
                List.of(),
                Optional.of(result));
    }

    public boolean isFinal() {
        return phase == RequestPhase.FINAL;
    }

    /** Whether the request itself has been read, and not only what others say about it. */
    public boolean isRead() {
        return request.isPresent() || content.isPresent();
    }

    /** Whether the request has been read and still waits for its answer. */
    public boolean isOpen() {
        return request.isPresent();
    }

    /** Of one that has been read: whether another request under its id means the same thing. */
    boolean means(Request other) {
        return request.map(first -> first.means(other))
                .orElseGet(() -> content.orElseThrow().equals(Fingerprint.of(other)));
    }

    /** Whether it may be called now, as far as its own times go. */
    public boolean isDueAt(long nowMs) {
        return phase == RequestPhase.READY && request.isPresent() && nowMs >= dueAtMs;
    }

    /** Of an open entry: when something must be done about it at the latest, unless news comes first. */
    public long timerMs() {
        return phase == RequestPhase.READY
                ? SaturatedMath.sum(request.orElseThrow().deadlineMs(), 1)
                : dueAtMs;
    }

    LedgerEntry with(Request read, long newSequence, long nowMs) {
        if (result.isPresent()) {
            return finished(key, Optional.of(Fingerprint.of(read)), result.get());
        }
        return new LedgerEntry(
                key,
                Optional.of(read),
                content,
                newSequence,
                phase,
                phase == RequestPhase.READY ? Math.max(nowMs, read.notBeforeMs()) : dueAtMs,
                attempts,
                cancelled,
                RequestTiming.startingAt(nowMs),
                termination,
                others,
                result);
    }

    LedgerEntry ready(Attempts now, long dueMs, long nowMs) {
        return in(RequestPhase.READY, dueMs, now, timing.waitingAgain(nowMs));
    }

    LedgerEntry claiming(long againMs, RequestTiming waited) {
        return in(RequestPhase.CLAIMING, againMs, attempts, waited);
    }

    LedgerEntry called(Attempts now, long leaseEndMs) {
        return in(RequestPhase.CALLED, leaseEndMs, now, timing);
    }

    LedgerEntry with(Attempts now) {
        return new LedgerEntry(
                key, request, content, sequence, phase, dueAtMs, now, cancelled, timing, termination, others, result);
    }

    /** A call ended, after it was held for quota so long. */
    LedgerEntry ended(Attempts now, long heldMs) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                phase,
                dueAtMs,
                now,
                cancelled,
                timing.held(heldMs),
                termination,
                others,
                result);
    }

    LedgerEntry dueAt(long laterMs) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                phase,
                laterMs,
                attempts,
                cancelled,
                timing,
                termination,
                others,
                result);
    }

    LedgerEntry dueBy(long latestMs) {
        return dueAtMs <= latestMs ? this : dueAt(latestMs);
    }

    /**
     * The same request was read again while it is under way. The first who asked stays; of the others the oldest makes
     * room, for one that asks under a new address has mostly given its last one up.
     */
    LedgerEntry askedAgain(Request again) {
        Asker asker = Asker.of(again);
        boolean known = asker.isAt(request.orElseThrow().replyTo())
                || others.stream().anyMatch(other -> other.isAt(asker.replyTo()));
        if (known || !asker.replyTo().isAddress()) {
            return this;
        }
        int room = MAX_ADDRESSES - (request.orElseThrow().replyTo().isAddress() ? 1 : 0);
        List<Asker> askers = Stream.concat(others.stream(), Stream.of(asker))
                .skip(Math.max(0, others.size() + 1 - room))
                .toList();
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                phase,
                dueAtMs,
                attempts,
                cancelled,
                timing,
                termination,
                askers,
                result);
    }

    LedgerEntry cancelledNow() {
        return new LedgerEntry(
                key, request, content, sequence, phase, dueAtMs, attempts, true, timing, termination, others, result);
    }

    LedgerEntry terminating(Termination how, long againMs) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                RequestPhase.TERMINATING,
                againMs,
                attempts,
                cancelled,
                timing,
                Optional.of(how),
                others,
                Optional.empty());
    }

    LedgerEntry finished(Result given) {
        return finished(key, request.map(Fingerprint::of), given);
    }

    private LedgerEntry in(RequestPhase next, long nextWakeMs, Attempts now, RequestTiming waited) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                next,
                nextWakeMs,
                now,
                cancelled,
                waited,
                Optional.empty(),
                others,
                Optional.empty());
    }
}
