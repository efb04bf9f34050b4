package io.fleetcommand.token.rotator;

/** The result of checking a token that a caller reported as rejected by the cloud. */
public enum RejectionVerdict {
    /** The token is valid: the rejection was a fault of the cloud, or is over. */
    STILL_GOOD,
    /** A newer token is current. */
    REPLACED,
    /** The cloud could not be reached, or the token is invalid and no newer one is current yet. */
    UNKNOWN
}
