package io.fleetcommand.processor.core.ledger;

/** Where a request stands. */
public enum RequestPhase {
    /** No attempt is under way. */
    READY,
    /** This epoch's claim for the next attempt was appended and has not been read back. */
    CLAIMING,
    /** An epoch has taken the latest attempt: its call may be under way until the lease ends. */
    CALLED,
    /** This epoch's closing record was appended and has not been read back. */
    TERMINATING,
    /** The answer is decided; nothing changes it. */
    FINAL
}
