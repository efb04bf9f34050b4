package io.fleetcommand.processor.core.request;

/** The kind of topic a record was read from. */
public enum Source {
    COMMANDS,
    POLLS,
    CANCELLATIONS,
    JOURNAL
}
