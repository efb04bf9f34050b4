package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Requester;

/** Identifies a queue in which devices wait for memory. */
public record QueueKey(Priority priority, Requester requester) {}
