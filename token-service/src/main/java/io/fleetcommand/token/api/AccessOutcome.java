package io.fleetcommand.token.api;

/** The outcome of a request to the API, as counted by {@code fleet_token_service_accesses_total}. */
public enum AccessOutcome {
    GRANTED,
    /** The request has no secret, or one of no caller. */
    UNKNOWN_CALLER,
    WRONG_ROLE,
    /** Throttled: too many wrong secrets came from the address. */
    SLOWED,
    /** The request is too large, or malformed. */
    BAD_REQUEST
}
