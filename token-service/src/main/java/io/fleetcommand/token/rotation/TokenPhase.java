package io.fleetcommand.token.rotation;

/** What has become of a token so far. */
public enum TokenPhase {
    /** The cloud has made it; nobody has tried it. Due: when it is tried. */
    MINTED,
    /** The cloud has accepted it; readers do not know it yet. */
    PROVEN,
    /** The one that readers are given. Due: when the next one is wanted. */
    CURRENT,
    /** A newer one has taken its place, or it came to nothing. Due: when it is revoked. */
    RETIRED
}
