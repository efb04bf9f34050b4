package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;

/**
 * The topics that the relay works with.
 *
 * @param replies the topic of copies, which the relay consumes
 * @param failedRequests the topic of notes about copies that were given up
 * @param reserved topics that no copy may be sent to, whatever its envelope says
 */
public record RelayTopics(String replies, String failedRequests, ReservedTopics reserved) {
    boolean isOpen(String topic) {
        return ReservedTopics.isLegal(topic) && !reserved.contains(topic);
    }

    /** Placeholder for the envelope of a record that has none. */
    ReplyEnvelope unnamed() {
        return new ReplyEnvelope(ReplyTo.NOBODY, "", replies, 0);
    }
}
