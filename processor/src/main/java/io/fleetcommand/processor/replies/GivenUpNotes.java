package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.fleetcommand.processor.replies.Delivery.Kind;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a note for operations about each copy that is given up; the copy is done when its note is written. Confined to
 * the relay's thread, except that notes are encoded on a thread of their own.
 */
final class GivenUpNotes {
    private static final Logger LOG = LoggerFactory.getLogger(GivenUpNotes.class);

    private final RelayTopics topics;
    private final int max;
    private final NoteCodec codec;
    private final Executor noteThread;
    private final Executor relayThread;
    private final ReplyTarget target;
    private final Offsets offsets;
    private final ReplyObserver observer;
    private final GivenUpLog log;
    private final LongSupplier nanoTime;
    private int pending;

    /**
     * @param max maximum number of notes that are encoded or sent
     * @param noteThread encodes notes, which may block on the schema registry
     * @param relayThread runs what a note thread reports
     * @param target sends the notes
     */
    GivenUpNotes(
            RelayTopics topics,
            int max,
            NoteCodec codec,
            Executor noteThread,
            Executor relayThread,
            ReplyTarget target,
            Offsets offsets,
            ReplyObserver observer,
            GivenUpLog log,
            LongSupplier nanoTime) {
        this.topics = topics;
        this.max = max;
        this.codec = codec;
        this.noteThread = noteThread;
        this.relayThread = relayThread;
        this.target = target;
        this.offsets = offsets;
        this.observer = observer;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /** Whether a note is being encoded or sent. */
    boolean isBusy() {
        return pending > 0;
    }

    /** @throws IllegalStateException if it was a note, and notes cannot be written for now */
    void giveUp(GivenUp givenUp, long nowNanos) {
        Delivery delivery = givenUp.delivery();
        ReplyFailure cause = givenUp.cause();
        if (delivery.kind() == Kind.NOTE) {
            failed(delivery, cause);
            return;
        }
        if (!offsets.isOpen(delivery.from())) {
            // The partition was revoked; its new owner sends the copy again.
            return;
        }
        observer.givenUp(cause);
        log.givenUp(delivery.envelope(), cause, nowNanos);
        if (pending >= max) {
            LOG.debug(
                    "no note of request {}: too many notes are pending",
                    delivery.envelope().requestId());
            offsets.done(delivery.from());
            return;
        }
        pending++;
        noteThread.execute(() -> encode(delivery, cause));
    }

    /** Runs on the note thread. */
    private void encode(Delivery copy, ReplyFailure cause) {
        try {
            byte[] note = codec.note(copy.envelope(), copy.value(), cause);
            relayThread.execute(() -> target.add(copy.asNote(note, nanoTime.getAsLong())));
        } catch (RuntimeException failure) {
            LOG.warn(
                    "note of an undelivered reply not written to {}: {}",
                    topics.failedRequests(),
                    failure.getMessage());
            relayThread.execute(() -> done(copy));
        }
    }

    /** A note was written, or will not be. */
    void done(Delivery note) {
        pending--;
        offsets.done(note.from());
    }

    /** Unless writing notes is denied or the record refused, it is a failure of Kafka: copies are relayed again. */
    private void failed(Delivery note, ReplyFailure cause) {
        if (cause != ReplyFailure.DENIED && cause != ReplyFailure.REFUSED) {
            throw new IllegalStateException(
                    "notes in " + topics.failedRequests() + " cannot be written: " + cause.why());
        }
        LOG.warn("note of an undelivered reply not written to {}: {}", topics.failedRequests(), cause.why());
        done(note);
    }
}
