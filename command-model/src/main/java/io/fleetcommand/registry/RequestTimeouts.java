package io.fleetcommand.registry;

import java.time.Duration;

/**
 * How long the asker of a question waits.
 *
 * @param perCall for one address
 * @param total for all of them, all rounds and pauses
 * @param ignoresBackoff whether addresses that back off are asked all the same
 */
record RequestTimeouts(Duration perCall, Duration total, boolean ignoresBackoff) {
    /**
     * For schemas of records that are read: a stream thread waits here, with a transaction open. Who cannot wait longer
     * comes again.
     */
    static final RequestTimeouts FOR_READERS = new RequestTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(4), false);

    /** For what is done once, at the start of a program, when the registry may be starting as well. */
    static final RequestTimeouts FOR_WRITERS = new RequestTimeouts(Duration.ofSeconds(15), Duration.ofSeconds(30), true);

    /** The same, for a further question of one that must be answered as a whole; with nothing left none is asked. */
    RequestTimeouts capped(long leftNanos) {
        return new RequestTimeouts(perCall, Duration.ofNanos(Math.max(0, leftNanos)), ignoresBackoff);
    }
}
