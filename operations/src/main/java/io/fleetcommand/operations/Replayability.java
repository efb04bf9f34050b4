package io.fleetcommand.operations;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Status;
import java.util.Set;

/** Whether a failed request may run again at all, by the reason for which it failed. */
enum Replayability {
    /** As soon as a filter chooses it. */
    FREELY,
    /**
     * Only if the reason is asked for by name: it was refused with good cause, and would mostly be refused again, or its
     * caller may have published it in the right place since.
     */
    BY_NAME,
    /** It is a note about a request that was answered. */
    NEVER;

    /**
     * By name, since what this build does not know yet may be in the topic: NONE is what it reads of a reason that is
     * younger than itself.
     */
    private static final Set<String> ASKED_FOR = Set.of("POLICY", "INTERNAL_ERROR", "WRONG_PARTITION", "NONE");

    private static final Set<String> NOTES = Set.of("REPLY_NOT_DELIVERED");

    static Replayability of(FailedRequest failed) {
        String reason = failed.getReason().name();
        if (NOTES.contains(reason) || failed.getStatus() == Status.SUCCEEDED) {
            return NEVER;
        }
        return ASKED_FOR.contains(reason) ? BY_NAME : FREELY;
    }
}
