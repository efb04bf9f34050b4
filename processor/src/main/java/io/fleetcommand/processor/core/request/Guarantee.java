package io.fleetcommand.processor.core.request;

/** What may happen when the outcome of a call is uncertain. */
public enum Guarantee {
    /** It is repeated until an outcome is certain, the deadline passes or the attempts are used up. */
    AT_LEAST_ONCE,
    /** A call that may have run is never repeated. */
    AT_MOST_ONCE
}
