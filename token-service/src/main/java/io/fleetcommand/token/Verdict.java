package io.fleetcommand.token;

/** What the cloud says of a token that a caller saw refused. */
enum Verdict {
    /** It is good: the refusal was a fault of the cloud, or is over. */
    STILL_GOOD,
    /** It is not; a new one is there, or on its way. */
    REPLACED,
    /** The cloud could not be asked. */
    UNKNOWN
}
