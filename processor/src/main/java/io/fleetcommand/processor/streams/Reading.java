package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;

/** What came of reading a request. */
sealed interface Reading {
    /** A request that may enter the ledger. */
    record Understood(Request request) implements Reading {}

    /** A record that cannot be read before the schema registry says what its schema is. */
    record Pending(int schemaId) implements Reading {}

    /**
     * A request that is answered at once, since it is not fit for the ledger.
     *
     * @param status INVALID, or REJECTED where it is understood and not allowed
     * @param request the request, or {@link Request#unreadable} in its place; its reply address is one that may be used
     * @param readable whether the request itself could be read
     */
    record Refused(Request request, boolean readable, Status status, Reason reason, String detail) implements Reading {
        /** A record that is no request, so that nobody waits for a result. */
        static Refused keptForOperations(Reason reason, String detail) {
            return new Refused(Request.unreadable(true, ReplyTo.NOBODY), false, Status.INVALID, reason, detail);
        }

        /** Whether anybody could know that the result is meant for them. */
        boolean isAddressed() {
            return !request.id().isBlank() || !request.replyTo().echoed().isEmpty();
        }
    }
}
