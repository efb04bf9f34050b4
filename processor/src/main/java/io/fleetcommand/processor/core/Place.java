package io.fleetcommand.processor.core;

import java.util.Comparator;

/**
 * Where an open request stands, from its reading to its answer. The places of one queue order its requests; a place
 * never changes, so that a ledger kept in this order needs no other index of its queues.
 *
 * @param rank what comes before the reading order: for requests that are for later, the time they are for; else 0
 * @param sequence the order in which the task read its requests
 */
public record Place(String deviceId, Lane lane, Queue queue, long rank, long sequence) implements Comparable<Place> {
    private static final Comparator<Place> ORDER = Comparator.comparing(Place::deviceId)
            .thenComparing(Place::lane)
            .thenComparing(Place::queue)
            .thenComparingLong(Place::rank)
            .thenComparingLong(Place::sequence);

    /** What kind of requests stand together. */
    public enum Queue {
        COMMANDS,
        /** Commands with a not_before that lay ahead when they were read. */
        COMMANDS_FOR_LATER,
        POLLS
    }

    /** Of an open entry. */
    public static Place of(Entry entry) {
        Request request = entry.request().orElseThrow();
        boolean later = request.notBeforeMs() > entry.timing().receivedAtMs();
        Queue commands = later ? Queue.COMMANDS_FOR_LATER : Queue.COMMANDS;
        return new Place(
                request.deviceId(),
                request.lane(),
                request.isCommand() ? commands : Queue.POLLS,
                later ? request.notBeforeMs() : 0,
                entry.sequence());
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
