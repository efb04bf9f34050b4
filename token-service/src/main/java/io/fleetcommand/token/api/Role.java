package io.fleetcommand.token.api;

/** What a caller may do. */
public enum Role {
    /** Fetch the token, and report that it was refused. */
    READER,
    /** See how the rotation stands, and order one; never sees the token. */
    OPERATOR
}
