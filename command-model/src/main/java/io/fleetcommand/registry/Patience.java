package io.fleetcommand.registry;

import java.time.Duration;

/**
 * How long the asker of a question waits.
 *
 * @param call for one address
 * @param total for all of them, all rounds and pauses
 * @param isInsisting whether addresses that back off are asked all the same
 */
record Patience(Duration call, Duration total, boolean isInsisting) {
    /**
     * For schemas of records that are read: a stream thread waits here, with a transaction open. Who cannot wait longer
     * comes again.
     */
    static final Patience OF_READERS = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(4), false);

    /** For what is done once, at the start of a program, when the registry may be starting as well. */
    static final Patience OF_WRITERS = new Patience(Duration.ofSeconds(15), Duration.ofSeconds(30), true);

    /** The same, for a further question of one that must be answered as a whole; with nothing left none is asked. */
    Patience within(long leftNanos) {
        return new Patience(call, Duration.ofNanos(Math.max(0, leftNanos)), isInsisting);
    }
}
