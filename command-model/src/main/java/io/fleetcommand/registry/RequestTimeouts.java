package io.fleetcommand.registry;

import java.time.Duration;

/**
 * The timeouts of a registry request.
 *
 * @param perCall timeout of a call to one address
 * @param total timeout of the whole request, with all addresses, rounds and pauses
 * @param ignoresBackoff whether addresses that back off are tried as well
 */
record RequestTimeouts(Duration perCall, Duration total, boolean ignoresBackoff) {
    /**
     * For schemas of records that are read: a stream thread blocks, with an open transaction. The caller retries later.
     */
    static final RequestTimeouts FOR_READERS = new RequestTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(4), false);

    /** For requests at the start of a program, when the registry may be starting as well. */
    static final RequestTimeouts FOR_WRITERS =
            new RequestTimeouts(Duration.ofSeconds(15), Duration.ofSeconds(30), true);

    /** Limits the total to the time that is left of an enclosing lookup. */
    RequestTimeouts capped(long remainingNanos) {
        return new RequestTimeouts(perCall, Duration.ofNanos(Math.max(0, remainingNanos)), ignoresBackoff);
    }
}
