package io.fleetcommand.processor.core;

/** The order in which quota is given out: the first lane that has work goes first. */
public enum Lane {
    URGENT,
    NORMAL,
    BULK
}
