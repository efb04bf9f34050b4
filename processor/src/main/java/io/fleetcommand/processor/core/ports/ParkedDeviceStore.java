package io.fleetcommand.processor.core.ports;

import java.util.List;
import java.util.Optional;

/**
 * Devices whose waiting requests an agenda does not hold in memory, on disk: for each, where its lines begin; and the
 * queues in which they wait for room, or the times at which there is something to do for them. What is here is made
 * anew by each task that starts. No operation takes longer for there being more devices. Owned by the task's stream
 * thread.
 */
public interface ParkedDeviceStore {
    /**
     * Where the lines of a parked device begin.
     *
     * @return by line a place that none of its waiting requests stands before; empty if the device is not parked
     */
    List<QueuePosition> lines(String deviceId);

    /** Parks a device, or replaces what is known of its lines; it is in no queue by that. */
    void park(String deviceId, List<QueuePosition> lines);

    /** The device is in memory again. What is left of it in queues is void. */
    void unpark(String deviceId);

    /** How many devices are parked. */
    int parked();

    /** A device waits for room, behind the others of a queue; once in each, however often that is said. */
    void enqueue(QueueKey queue, String deviceId);

    /** Takes the first out of a queue; void ones among them. */
    Optional<String> dequeue(QueueKey queue);

    /** Whether anybody waits in a queue. */
    boolean isEmpty(QueueKey queue);

    /** The queues in which somebody waits. */
    List<QueueKey> queues();

    /** A device is to wait in a queue from a time on. */
    void scheduleUnpark(long atMs, QueueKey queue, String deviceId);

    /** Puts devices whose time has come into their queues, a bounded number at once. */
    void onTimer(long nowMs);
}
