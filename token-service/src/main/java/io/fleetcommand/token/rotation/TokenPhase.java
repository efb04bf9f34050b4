package io.fleetcommand.token.rotation;

/** The phase of a token. The names are stored in the state and are part of the API. */
public enum TokenPhase {
    /** Issued, not verified yet. Due: the next verification. */
    MINTED,
    /** Verified, not published yet. */
    PROVEN,
    /** Published: the token that readers get. Due: the next rotation. */
    CURRENT,
    /** Superseded by a newer token, or failed verification. Due: the revocation. */
    RETIRED
}
