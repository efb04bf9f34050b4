package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Status;

/** What came of reading a request. */
public sealed interface IntakeResult {
    /** A request that may enter the ledger. */
    record Accepted(Request request) implements IntakeResult {}

    /** A record that cannot be read before the schema registry says what its schema is. */
    record Pending(int schemaId) implements IntakeResult {}

    /**
     * A request that is answered at once, since it is not fit for the ledger.
     *
     * @param status INVALID, or REJECTED where it is understood and not allowed
     * @param request the request, or {@link ApiRequest#unreadable} in its place; its reply address is one that may be used
     * @param readable whether the request itself could be read
     * @param awaited whether this is its answer; a record that is no request, or whose request is in the ledger already,
     *     is kept for operations alone
     */
    record Rejected(Request request, boolean readable, boolean awaited, Status status, Reason reason, String detail)
            implements IntakeResult {
        public Rejected(Request request, boolean readable, Status status, Reason reason, String detail) {
            this(request, readable, true, status, reason, detail);
        }

        /**
         * A record that is no request, so that nobody waits for a result.
         *
         * @param key of the request that it is about, as far as it could be read
         */
        public static Rejected keptForOperations(RequestKey key, Reason reason, String detail) {
            return new Rejected(Request.unreadable(true, key, ReplyTo.NOBODY), false, Status.INVALID, reason, detail)
                    .keptForOperations();
        }

        public Rejected keptForOperations() {
            return new Rejected(request, readable, false, status, reason, detail);
        }

        /** Whether anybody could know that the result is meant for them. */
        public boolean isAddressed() {
            return !request.id().isBlank() || !request.replyTo().echoed().isEmpty();
        }
    }
}
