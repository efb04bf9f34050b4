package io.fleetcommand.token.keeper;

/** What the keeper has had done, as its meters count it. */
public enum RotationEvent {
    MINTED,
    MINT_REFUSED,
    MINT_THROTTLED,
    MINT_FAILED,
    PROVEN,
    PROOF_REJECTED,
    PROOF_UNKNOWN,
    PUBLISHED,
    REVOKED,
    REVOKE_FAILED,
    RECOVERED,
    INSPECTED,
    STATE_UNWRITTEN,
    LEADERSHIP_LOST
}
