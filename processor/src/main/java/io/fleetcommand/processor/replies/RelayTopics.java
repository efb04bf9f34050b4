package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;

/**
 * The topics of ours that the relay works with.
 *
 * @param replies where it reads copies
 * @param failedRequests where it notes those that it gives up
 * @param reserved those that no copy may go to, whatever a record says
 */
public record RelayTopics(String replies, String failedRequests, ReservedTopics reserved) {
    boolean isOpen(String topic) {
        return ReservedTopics.isLegal(topic) && !reserved.contains(topic);
    }

    /** Stands for the envelope of a record that has none. */
    ReplyEnvelope unnamed() {
        return new ReplyEnvelope(ReplyTo.NOBODY, "", replies, 0);
    }
}
