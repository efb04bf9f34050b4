package io.fleetcommand.processor.core.request;

/**
 * The order in which quota is given out: the highest priority with requests goes first, apart from the minimum shares
 * of the others.
 */
public enum Priority {
    URGENT,
    NORMAL,
    BULK
}
