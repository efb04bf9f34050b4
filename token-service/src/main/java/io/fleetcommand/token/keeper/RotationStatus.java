package io.fleetcommand.token.keeper;

import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.TokenState;

/**
 * How things stand.
 *
 * @param isLeader whether this replica rotates
 * @param next what the rules decide at this moment
 */
public record RotationStatus(boolean isLeader, TokenState state, RotationDecision next) {}
