package io.fleetcommand.token.api;

/** How a request to the API ended, as its meter counts it. */
public enum AccessOutcome {
    GRANTED,
    /** No secret, or one that nobody has. */
    UNKNOWN_CALLER,
    WRONG_ROLE,
    /** Too many wrong secrets came from that address. */
    SLOWED,
    /** Too large, or malformed. */
    BAD_REQUEST
}
