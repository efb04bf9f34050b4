package io.fleetcommand.processor.quota;

/** What came of reading one line of the quota's topic. */
sealed interface Reading {
    /** The line holds a notice. */
    record Told(Notice notice) implements Reading {}

    /** The line holds none, and never will. */
    record Unreadable(String why) implements Reading {}

    /** The schema registry is away: the line may hold one. */
    record Unavailable(String why) implements Reading {}
}
