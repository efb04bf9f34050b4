package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;

/** The detail text of a result: what happened, and what the latest call said about it. */
final class ResultDetail {
    /** Bounds the storage: the text is kept with the result for the whole retention. */
    private static final int MAX_LENGTH = 300;

    private static final String SEPARATOR = "; ";
    private static final String LATE_CANCEL = "cancelled too late";

    private ResultDetail() {}

    /** The part of a detail that is about the value, without what is about its request alone. */
    static String ofValue(String detail) {
        if (!detail.endsWith(LATE_CANCEL)) {
            return detail;
        }
        String first = detail.substring(0, detail.length() - LATE_CANCEL.length());
        return first.endsWith(SEPARATOR) ? first.substring(0, first.length() - SEPARATOR.length()) : first;
    }

    static String of(LedgerEntry entry, Status status, Reason reason) {
        String detail = full(entry, status, reason);
        return detail.length() <= MAX_LENGTH ? detail : detail.substring(0, MAX_LENGTH - 1) + "…";
    }

    private static String full(LedgerEntry entry, Status status, Reason reason) {
        String last = entry.attempts().last().detail();
        String lateCancel = entry.cancelled() && reason != Reason.CANCELLED ? LATE_CANCEL : "";
        if (status == Status.SUCCEEDED) {
            return join(last, lateCancel);
        }
        String why = why(entry, status, reason);
        return join(why.isEmpty() || last.isEmpty() ? why + last : why + "; the latest call said: " + last, lateCancel);
    }

    private static String why(LedgerEntry entry, Status status, Reason reason) {
        String calls = entry.attempts().counted() == 1
                ? "1 call was made"
                : entry.attempts().counted() + " calls were made";
        String mayHaveRun = status == Status.OUTCOME_UNKNOWN ? calls + " and it may have run" : "it never ran";
        return switch (reason) {
            case DEADLINE_PASSED -> "the deadline passed; " + mayHaveRun;
            case ATTEMPTS_USED_UP -> "all attempts are used up; " + mayHaveRun;
            case CANCELLED -> "cancelled; " + mayHaveRun;
            case OUTCOME_LOST -> "the outcome of a call never came; it may have run and is not repeated";
            default -> "";
        };
    }

    private static String join(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + SEPARATOR + second;
    }
}
