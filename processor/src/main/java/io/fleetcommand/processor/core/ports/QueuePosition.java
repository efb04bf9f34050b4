package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requester;
import java.util.Comparator;

/**
 * Where an open request stands, from its reading to its answer. The places of one line order its requests; a place
 * never changes, so that a ledger kept in this order needs no other index of its lines.
 *
 * @param rank what comes before the reading order: for requests that are for later, the time they are for; else 0
 * @param sequence the order in which the task read its requests
 */
public record QueuePosition(String deviceId, Line line, long rank, long sequence) implements Comparable<QueuePosition> {
    private static final Comparator<QueuePosition> ORDER = Comparator.comparing(QueuePosition::deviceId)
            .thenComparing(QueuePosition::line)
            .thenComparingLong(QueuePosition::rank)
            .thenComparingLong(QueuePosition::sequence);

    /** What kind of requests stand together. */
    public enum Queue {
        COMMANDS,
        /** Commands with a not_before that lay ahead when they were read. */
        COMMANDS_FOR_LATER,
        POLLS
    }

    /**
     * One of the lines at a device.
     *
     * @param requester of polls, which may overtake each other, whose they are; else {@link Requester#ANY}, for commands
     *     keep their order whoever sent them
     */
    public record Line(Priority priority, Queue queue, Requester requester) implements Comparable<Line> {
        private static final Comparator<Line> ORDER =
                Comparator.comparing(Line::priority).thenComparing(Line::queue).thenComparing(Line::requester);

        @Override
        public int compareTo(Line other) {
            return ORDER.compare(this, other);
        }
    }

    /** Of an open entry. */
    public static QueuePosition of(LedgerEntry entry) {
        Request request = entry.request().orElseThrow();
        if (!request.isCommand()) {
            Line line = new Line(request.priority(), Queue.POLLS, Requester.of(request));
            return new QueuePosition(request.deviceId(), line, 0, entry.sequence());
        }
        boolean later = request.notBeforeMs() > entry.timing().receivedAtMs();
        Line line = new Line(request.priority(), later ? Queue.COMMANDS_FOR_LATER : Queue.COMMANDS, Requester.ANY);
        return new QueuePosition(request.deviceId(), line, later ? request.notBeforeMs() : 0, entry.sequence());
    }

    /** The first place behind this one in its line. */
    public QueuePosition next() {
        return new QueuePosition(deviceId, line, rank, sequence + 1);
    }

    /** This place, or the first that a request with such a sequence can have where the line goes by the reading order. */
    public QueuePosition notBefore(long otherSequence) {
        return new QueuePosition(deviceId, line, rank, Math.max(sequence, otherSequence));
    }

    public boolean isPoll() {
        return line.queue() == Queue.POLLS;
    }

    @Override
    public int compareTo(QueuePosition other) {
        return ORDER.compare(this, other);
    }
}
