package io.fleetcommand.token.keeper;

/** What is said of a token that a caller saw refused. */
public enum RejectionVerdict {
    /** It is good: the refusal was a fault of the cloud, or is over. */
    STILL_GOOD,
    /** A newer one is there. */
    REPLACED,
    /** The cloud could not be asked, or contradicts itself: no newer token is there yet. */
    UNKNOWN
}
