package io.fleetcommand.processor.core;

/** How a request ends without a further call, unless an earlier attempt may have run. */
public record Closing(Status status, Reason reason) {
    static final Closing EXPIRED = new Closing(Status.EXPIRED, Reason.DEADLINE_PASSED);
    static final Closing CANCELLED = new Closing(Status.CANCELLED, Reason.CANCELLED);
    static final Closing ATTEMPTS_USED_UP = new Closing(Status.FAILED, Reason.ATTEMPTS_USED_UP);
    static final Closing OUTCOME_LOST = new Closing(Status.OUTCOME_UNKNOWN, Reason.OUTCOME_LOST);
}
