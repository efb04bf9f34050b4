package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Requester;

/** One of the queues in which devices wait for room in memory. */
public record QueueKey(Priority priority, Requester requester) {}
