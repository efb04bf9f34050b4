package io.fleetcommand.token.rotator;

/**
 * What the rotator did, as counted by {@code fleet_token_service_events_total}. The names are the values of its public
 * tag {@code event}.
 */
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
