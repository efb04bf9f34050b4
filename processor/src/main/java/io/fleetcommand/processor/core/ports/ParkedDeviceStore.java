package io.fleetcommand.processor.core.ports;

import java.util.List;
import java.util.Optional;

/**
 * The devices whose waiting requests the scheduler does not hold in memory, on disk: for each device the positions at
 * which its queues start, the queues in which it waits for memory, and the times at which it is to enter one. Each task
 * rebuilds it when it starts. No operation takes longer the more devices there are. Confined to the task's stream
 * thread.
 */
public interface ParkedDeviceStore {
    /**
     * The positions at which the queues of a parked device start.
     *
     * @return for each queue a position at or before its first waiting request; empty if the device is not parked
     */
    List<QueuePosition> lines(String deviceId);

    /** Parks a device, or replaces the positions at which its queues start. Does not put it into a queue for memory. */
    void park(String deviceId, List<QueuePosition> lines);

    /** Removes a device that is in memory again. Its remaining queue entries become void. */
    void unpark(String deviceId);

    /** How many devices are parked. */
    int parked();

    /** Appends a device to a queue for memory; it is in a queue once, however often this is called. */
    void enqueue(QueueKey queue, String deviceId);

    /** Removes and returns the first device of a queue, which may be a void entry. */
    Optional<String> dequeue(QueueKey queue);

    /** Whether no device waits in a queue. */
    boolean isEmpty(QueueKey queue);

    /** The queues in which devices wait. */
    List<QueueKey> queues();

    /** Schedules a device to enter a queue at a time. */
    void scheduleUnpark(long atMs, QueueKey queue, String deviceId);

    /** Puts devices whose time has come into their queues, a bounded number per call. */
    void onTimer(long nowMs);
}
