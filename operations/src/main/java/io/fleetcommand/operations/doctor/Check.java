package io.fleetcommand.operations.doctor;

import java.time.Duration;
import java.util.List;

/** One thing that must be so for the system to work. Changes nothing. Is run once, by a thread of its own. */
public interface Check {
    /** A short name, unique among the checks of one run. */
    String name();

    /** The names of the checks without whose success this one says nothing new. */
    default List<String> needs() {
        return List.of();
    }

    /** How long it may take. */
    default Duration limit() {
        return Duration.ofSeconds(15);
    }

    /** @throws Exception if it cannot be told, which counts as a failure; the message says why */
    Finding run() throws Exception;
}
