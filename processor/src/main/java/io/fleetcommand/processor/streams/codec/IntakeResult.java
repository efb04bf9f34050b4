package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Status;

/** The result of reading a request. */
public sealed interface IntakeResult {
    /** A request that is accepted into the ledger. */
    record Accepted(Request request) implements IntakeResult {}

    /** A record whose schema has not been fetched from the schema registry yet. */
    record Pending(int schemaId) implements IntakeResult {}

    /**
     * A request that is not accepted into the ledger and is answered at once.
     *
     * @param status INVALID, or REJECTED if the request is well-formed but not allowed
     * @param request the request, or {@link Request#unreadable} in its place; its reply address has been checked
     * @param readable whether the request itself could be read
     * @param awaited whether this is the result of the request; false for a record that is no request, or whose request
     *     is in the ledger already: it is only published for operations
     */
    record Rejected(Request request, boolean readable, boolean awaited, Status status, Reason reason, String detail)
            implements IntakeResult {
        public Rejected(Request request, boolean readable, Status status, Reason reason, String detail) {
            this(request, readable, true, status, reason, detail);
        }

        /**
         * A record that is no request, so that no caller waits for a result.
         *
         * @param key key of the request that the record is about, as far as it could be read
         */
        public static Rejected keptForOperations(RequestKey key, Reason reason, String detail) {
            return new Rejected(Request.unreadable(true, key, ReplyTo.NOBODY), false, Status.INVALID, reason, detail)
                    .keptForOperations();
        }

        public Rejected keptForOperations() {
            return new Rejected(request, readable, false, status, reason, detail);
        }

        /** Whether a caller can recognize the result as its own: by the request id or by an echoed header. */
        public boolean isAddressed() {
            return !request.id().isBlank() || !request.replyTo().echoed().isEmpty();
        }
    }
}
