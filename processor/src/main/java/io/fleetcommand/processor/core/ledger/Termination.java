package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;

/** How a request ends without a further call, unless an earlier attempt may have run. */
public record Termination(Status status, Reason reason) {
    static final Termination EXPIRED = new Termination(Status.EXPIRED, Reason.DEADLINE_PASSED);
    static final Termination CANCELLED = new Termination(Status.CANCELLED, Reason.CANCELLED);
    static final Termination ATTEMPTS_USED_UP = new Termination(Status.FAILED, Reason.ATTEMPTS_USED_UP);
    static final Termination OUTCOME_LOST = new Termination(Status.OUTCOME_UNKNOWN, Reason.OUTCOME_LOST);
}
