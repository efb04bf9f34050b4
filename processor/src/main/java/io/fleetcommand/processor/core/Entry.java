package io.fleetcommand.processor.core;

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
 * @param wakeMs READY: when it is due. CLAIMING and CLOSING: when to append again. CALLED: when the lease ends.
 *     ANSWERED: no meaning
 * @param closing how it is to end; present in CLOSING only
 * @param others who asked again, from other addresses, in the order in which they came; none in ANSWERED
 * @param answer present in ANSWERED only
 */
public record Entry(
        RequestKey key,
        Optional<Request> request,
        Optional<Fingerprint> content,
        long sequence,
        Phase phase,
        long wakeMs,
        Attempts attempts,
        boolean cancelled,
        Timing timing,
        Optional<Closing> closing,
        List<Asker> others,
        Optional<Answer> answer) {
    /** How many addresses get the result of a request that is asked for again while it is under way. */
    public static final int MAX_ADDRESSES = 8;

    public Entry {
        Objects.requireNonNull(key);
        others = List.copyOf(others);
        Objects.requireNonNull(phase);
        Objects.requireNonNull(attempts);
        Objects.requireNonNull(timing);
        if (closing.isPresent() != (phase == Phase.CLOSING) || answer.isPresent() != (phase == Phase.ANSWERED)) {
            throw new IllegalArgumentException(key + ": " + phase + " with " + closing + " and " + answer);
        }
        if (phase == Phase.ANSWERED ? request.isPresent() : content.isPresent()) {
            throw new IllegalArgumentException(key + ": " + phase + " with " + request + " and " + content);
        }
    }

    static Entry unread(RequestKey key, long nowMs) {
        return new Entry(
                key,
                Optional.empty(),
                Optional.empty(),
                0,
                Phase.READY,
                nowMs,
                Attempts.NONE,
                false,
                Timing.startingAt(nowMs),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /**
     * One that was answered: only what is needed to know the request again and to answer it again.
     *
     * @param content empty if the request has not been read yet
     */
    public static Entry answered(RequestKey key, Optional<Fingerprint> content, Answer answer) {
        return new Entry(
                key,
                Optional.empty(),
                content,
                0,
                Phase.ANSWERED,
                0,
                Attempts.NONE,
                false,
                answer.timing(),
                Optional.empty(),
                List.of(),
                Optional.of(answer));
    }

    public boolean isAnswered() {
        return phase == Phase.ANSWERED;
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
        return phase == Phase.READY && request.isPresent() && nowMs >= wakeMs;
    }

    /** Of an open entry: when something must be done about it at the latest, unless news comes first. */
    public long alarmMs() {
        return phase == Phase.READY ? Clamped.sum(request.orElseThrow().deadlineMs(), 1) : wakeMs;
    }

    Entry with(Request read, long newSequence, long nowMs) {
        if (answer.isPresent()) {
            return answered(key, Optional.of(Fingerprint.of(read)), answer.get());
        }
        return new Entry(
                key,
                Optional.of(read),
                content,
                newSequence,
                phase,
                phase == Phase.READY ? Math.max(nowMs, read.notBeforeMs()) : wakeMs,
                attempts,
                cancelled,
                Timing.startingAt(nowMs),
                closing,
                others,
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
        return new Entry(
                key, request, content, sequence, phase, wakeMs, now, cancelled, timing, closing, others, answer);
    }

    /** A call ended, after it was held for quota so long. */
    Entry ended(Attempts now, long heldMs) {
        return new Entry(
                key,
                request,
                content,
                sequence,
                phase,
                wakeMs,
                now,
                cancelled,
                timing.held(heldMs),
                closing,
                others,
                answer);
    }

    Entry wakingAt(long laterMs) {
        return new Entry(
                key, request, content, sequence, phase, laterMs, attempts, cancelled, timing, closing, others, answer);
    }

    Entry wakingBy(long latestMs) {
        return wakeMs <= latestMs ? this : wakingAt(latestMs);
    }

    /**
     * The same request was read again while it is under way. The first who asked stays; of the others the oldest makes
     * room, for one that asks under a new address has mostly given its last one up.
     */
    Entry askedAgain(Request again) {
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
        return new Entry(
                key, request, content, sequence, phase, wakeMs, attempts, cancelled, timing, closing, askers, answer);
    }

    Entry cancelledNow() {
        return new Entry(
                key, request, content, sequence, phase, wakeMs, attempts, true, timing, closing, others, answer);
    }

    Entry closing(Closing how, long againMs) {
        return new Entry(
                key,
                request,
                content,
                sequence,
                Phase.CLOSING,
                againMs,
                attempts,
                cancelled,
                timing,
                Optional.of(how),
                others,
                Optional.empty());
    }

    Entry answered(Answer given) {
        return answered(key, request.map(Fingerprint::of), given);
    }

    private Entry in(Phase next, long nextWakeMs, Attempts now, Timing waited) {
        return new Entry(
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
