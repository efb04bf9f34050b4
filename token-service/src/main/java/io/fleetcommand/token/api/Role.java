package io.fleetcommand.token.api;

/** The permissions of a caller. */
public enum Role {
    /** May fetch the token, and report that the cloud rejected it. */
    READER,
    /** May read the status and request a rotation; never sees the token. */
    OPERATOR
}
