package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
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
     * @param awaited whether this is its answer; a record that is no request, or whose request is in the ledger already,
     *     is kept for operations alone
     */
    record Refused(Request request, boolean readable, boolean awaited, Status status, Reason reason, String detail)
            implements Reading {
        Refused(Request request, boolean readable, Status status, Reason reason, String detail) {
            this(request, readable, true, status, reason, detail);
        }

        /**
         * A record that is no request, so that nobody waits for a result.
         *
         * @param key of the request that it is about, as far as it could be read
         */
        static Refused keptForOperations(RequestKey key, Reason reason, String detail) {
            return new Refused(Request.unreadable(true, key, ReplyTo.NOBODY), false, Status.INVALID, reason, detail)
                    .keptForOperations();
        }

        Refused keptForOperations() {
            return new Refused(request, readable, false, status, reason, detail);
        }

        /** Whether anybody could know that the result is meant for them. */
        boolean isAddressed() {
            return !request.id().isBlank() || !request.replyTo().echoed().isEmpty();
        }
    }
}
