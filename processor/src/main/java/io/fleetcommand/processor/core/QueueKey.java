package io.fleetcommand.processor.core;

/** One of the queues in which devices wait for room in memory. */
public record QueueKey(Lane lane, Requester requester) {}
