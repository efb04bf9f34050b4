package io.fleetcommand.processor.core.request;

/** The order in which quota is given out: the first priority that has work goes first. */
public enum Priority {
    URGENT,
    NORMAL,
    BULK
}
