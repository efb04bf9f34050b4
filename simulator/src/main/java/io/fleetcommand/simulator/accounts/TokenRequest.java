package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code POST /oauth/token} asks for, not yet checked.
 *
 * @param expiresInSeconds 0 for a token that never expires
 * @param scope {@code customer=NAME} for a token of a customer, or what a token of the product is to be limited to
 */
public record TokenRequest(
        Optional<String> clientId,
        Optional<Secret> clientSecret,
        Optional<String> grantType,
        Optional<String> username,
        Optional<Secret> password,
        OptionalLong expiresInSeconds,
        Optional<String> scope) {}
