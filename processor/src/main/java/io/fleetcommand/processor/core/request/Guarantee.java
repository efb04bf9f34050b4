package io.fleetcommand.processor.core.request;

/** How often a call may run when its outcome is uncertain. */
public enum Guarantee {
    /** The call is repeated until an outcome is certain, the deadline passes or the attempts are used up. */
    AT_LEAST_ONCE,
    /** A call that may have run is never repeated. */
    AT_MOST_ONCE
}
