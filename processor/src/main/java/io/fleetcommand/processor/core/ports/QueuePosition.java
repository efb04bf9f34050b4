package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requester;
import java.util.Comparator;

/**
 * The position of an open request in its device's queues. It orders the requests of a queue and never changes while the
 * request is open, so a ledger kept in this order needs no other index of its queues.
 *
 * @param rank takes precedence over the reading order: the not_before time of a command for later, else 0
 * @param sequence the order in which the task read its requests
 */
public record QueuePosition(String deviceId, Line line, long rank, long sequence) implements Comparable<QueuePosition> {
    private static final Comparator<QueuePosition> ORDER = Comparator.comparing(QueuePosition::deviceId)
            .thenComparing(QueuePosition::line)
            .thenComparingLong(QueuePosition::rank)
            .thenComparingLong(QueuePosition::sequence);

    /** The kinds of queues. */
    public enum Queue {
        COMMANDS,
        /** Commands with a not_before that lay ahead when they were read. */
        COMMANDS_FOR_LATER,
        POLLS
    }

    /**
     * One of the queues at a device.
     *
     * @param requester the requester of polls, which may overtake each other; else {@link Requester#ANY}, since
     *     commands keep their order across requesters
     */
    public record Line(Priority priority, Queue queue, Requester requester) implements Comparable<Line> {
        private static final Comparator<Line> ORDER =
                Comparator.comparing(Line::priority).thenComparing(Line::queue).thenComparing(Line::requester);

        @Override
        public int compareTo(Line other) {
            return ORDER.compare(this, other);
        }
    }

    /** The position of an open entry. */
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

    /** The first position behind this one in its queue. */
    public QueuePosition next() {
        return new QueuePosition(deviceId, line, rank, sequence + 1);
    }

    /** The later of this position and that of a sequence number in the same queue, for queues in reading order. */
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
