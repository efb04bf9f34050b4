package io.fleetcommand.processor.quota;

/** What came of reading one line of the quota's topic. */
sealed interface ReceivedMessage {
    /** The line holds a notice. */
    record Told(QuotaMessage message) implements ReceivedMessage {}

    /** The line holds none, and never will. */
    record Unreadable(String why) implements ReceivedMessage {}

    /** The schema registry is away: the line may hold one. */
    record Unavailable(String why) implements ReceivedMessage {}
}
