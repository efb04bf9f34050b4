package io.fleetcommand.processor.core;

/** What kind of topic a record was read from. */
public enum Source {
    COMMANDS,
    POLLS,
    CANCELLATIONS,
    JOURNAL
}
