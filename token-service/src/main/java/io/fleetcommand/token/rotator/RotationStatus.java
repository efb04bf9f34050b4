package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.TokenState;

/**
 * A snapshot of the rotation.
 *
 * @param isLeader whether this replica is the leader, which rotates the tokens
 * @param next the decision for {@code state} at the time of the snapshot
 */
public record RotationStatus(boolean isLeader, TokenState state, RotationDecision next) {}
