package io.fleetcommand.processor.core.ledger;

/** The phase of a request's life. */
public enum RequestPhase {
    /** No attempt is in progress. */
    READY,
    /** This epoch has appended a claim for the next attempt and has not read it back. */
    CLAIMING,
    /** An epoch has claimed the latest attempt: its call may be in flight until the lease ends. */
    CALLED,
    /** This epoch has appended the termination and has not read it back. */
    TERMINATING,
    /** The result is decided and never changes. */
    FINAL
}
