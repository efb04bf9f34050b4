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
 * @param request empty while only journal events, or a cancellation, have been read, and in FINAL: then only its
 *     fingerprint is needed
 * @param content the fingerprint of the request; present in FINAL only, if the request has been read
 * @param sequence the order in which this task read its requests
 * @param dueAtMs READY: when it is due. CLAIMING and TERMINATING: when to append again. CALLED: when the lease ends.
 *     FINAL: no meaning
 * @param termination how it is to end; present in TERMINATING only
 * @param others callers that sent it again, from other addresses, in order of arrival; none in FINAL
 * @param result present in FINAL only
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
    /** How many addresses get the result of a request that is sent again while it is in progress. */
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
     * A final entry: holds only what is needed to recognise the request and to send its result again.
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

    /** Whether the request itself has been read, and not only journal events or a cancellation. */
    public boolean isRead() {
        return request.isPresent() || content.isPresent();
    }

    /** Whether the request has been read and has no result yet. */
    public boolean isOpen() {
        return request.isPresent();
    }

    /** Whether another request with its id means the same; only for a request that has been read. */
    boolean means(Request other) {
        return request.map(own -> own.means(other))
                .orElseGet(() -> content.orElseThrow().equals(Fingerprint.of(other)));
    }

    /** Whether it may be called now, without regard to quota and other requests. */
    public boolean isDueAt(long nowMs) {
        return phase == RequestPhase.READY && request.isPresent() && nowMs >= dueAtMs;
    }

    /** For an open entry: when its timer fires unless an event comes first. */
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

    LedgerEntry ready(Attempts newAttempts, long dueMs, long nowMs) {
        return in(RequestPhase.READY, dueMs, newAttempts, timing.waitingAgain(nowMs));
    }

    LedgerEntry claiming(long appendAgainMs, RequestTiming waited) {
        return in(RequestPhase.CLAIMING, appendAgainMs, attempts, waited);
    }

    LedgerEntry called(Attempts newAttempts, long leaseEndMs) {
        return in(RequestPhase.CALLED, leaseEndMs, newAttempts, timing);
    }

    LedgerEntry with(Attempts newAttempts) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                phase,
                dueAtMs,
                newAttempts,
                cancelled,
                timing,
                termination,
                others,
                result);
    }

    /** A call has ended that had waited for quota for {@code heldMs}. */
    LedgerEntry ended(Attempts newAttempts, long heldMs) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                phase,
                dueAtMs,
                newAttempts,
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
     * The same request was read again while it is in progress. The first caller stays; of the others the oldest is
     * dropped when there are too many, since a caller with a new address has mostly given up its last one.
     */
    LedgerEntry withAsker(Request repeated) {
        Asker asker = Asker.of(repeated);
        boolean known = asker.hasAddress(request.orElseThrow().replyTo())
                || others.stream().anyMatch(other -> other.hasAddress(asker.replyTo()));
        if (known || !asker.replyTo().isAddress()) {
            return this;
        }
        int capacity = MAX_ADDRESSES - (request.orElseThrow().replyTo().isAddress() ? 1 : 0);
        List<Asker> askers = Stream.concat(others.stream(), Stream.of(asker))
                .skip(Math.max(0, others.size() + 1 - capacity))
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

    LedgerEntry cancel() {
        return new LedgerEntry(
                key, request, content, sequence, phase, dueAtMs, attempts, true, timing, termination, others, result);
    }

    LedgerEntry terminating(Termination newTermination, long appendAgainMs) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                RequestPhase.TERMINATING,
                appendAgainMs,
                attempts,
                cancelled,
                timing,
                Optional.of(newTermination),
                others,
                Optional.empty());
    }

    LedgerEntry finished(Result newResult) {
        return finished(key, request.map(Fingerprint::of), newResult);
    }

    private LedgerEntry in(RequestPhase next, long newDueAtMs, Attempts newAttempts, RequestTiming waited) {
        return new LedgerEntry(
                key,
                request,
                content,
                sequence,
                next,
                newDueAtMs,
                newAttempts,
                cancelled,
                waited,
                Optional.empty(),
                others,
                Optional.empty());
    }
}
