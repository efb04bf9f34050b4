package io.fleetcommand.processor.core.request;

/** The order in which quota is given out: the first lane that has work goes first. */
public enum Priority {
    URGENT,
    NORMAL,
    BULK
}
