package io.fleetcommand.processor.core.request;

/** How a request ends. All statuses but SUCCEEDED and OUTCOME_UNKNOWN say that it never ran and never will. */
public enum Status {
    SUCCEEDED,
    REJECTED,
    INVALID,
    EXPIRED,
    FAILED,
    OUTCOME_UNKNOWN,
    CANCELLED,
    CONFLICT
}
