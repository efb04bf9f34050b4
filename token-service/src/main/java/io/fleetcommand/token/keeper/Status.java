package io.fleetcommand.token.keeper;

import io.fleetcommand.token.rotation.Decision;
import io.fleetcommand.token.rotation.TokenState;

/**
 * How things stand.
 *
 * @param leads whether this replica rotates
 * @param next what the rules decide at this moment
 */
public record Status(boolean leads, TokenState state, Decision next) {}
