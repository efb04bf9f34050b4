package io.fleetcommand.processor.core;

/**
 * When a poll may have a value that was read for another. Polls are only read, so one that is answered so needs no call
 * of its own, and a claim of its own that is read back later is void.
 */
final class Sharing {
    private Sharing() {}

    /** Whether a poll waits for its call and the value is new enough for it. One that is closing ends as was decided. */
    static boolean serves(Observation observation, Entry entry, long nowMs) {
        return (entry.phase() == Phase.READY || entry.phase() == Phase.CLAIMING)
                && !entry.cancelled()
                && entry.request()
                        .filter(poll -> nowMs <= poll.deadlineMs())
                        .filter(poll -> observation.serves(poll, entry.timing().receivedAtMs()))
                        .isPresent();
    }

    static Answer answer(Entry entry, Observation observation, long nowMs) {
        return new Answer(
                Status.SUCCEEDED,
                Reason.NONE,
                observation.note(),
                observation.value(),
                observation.httpStatus(),
                entry.attempts().counted(),
                entry.phase() == Phase.READY ? entry.timing().granted(nowMs, nowMs) : entry.timing(),
                entry.attempts().cloudMs(),
                nowMs,
                observation.ageMs(nowMs));
    }
}
