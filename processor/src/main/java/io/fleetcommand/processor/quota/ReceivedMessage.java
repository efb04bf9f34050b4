package io.fleetcommand.processor.quota;

/** The result of decoding one record of the quota topic. */
sealed interface ReceivedMessage {
    /** The record holds a message. */
    record Decoded(QuotaMessage message) implements ReceivedMessage {}

    /** The record holds no message, and never will. */
    record Unreadable(String why) implements ReceivedMessage {}

    /** The schema registry is unavailable: the record may hold a message. */
    record Unavailable(String why) implements ReceivedMessage {}
}
