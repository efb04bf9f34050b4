package io.fleetcommand.processor.streams;

/** Hears from the tasks that they are alive. Called by stream threads. */
public interface Pulse {
    void beat(String task, long nowMs);

    /** The task ended; it will not be heard of again unless it starts anew. */
    void end(String task);
}
