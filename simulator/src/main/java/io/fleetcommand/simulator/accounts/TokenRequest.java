package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parameters of {@code POST /oauth/token}, not validated yet.
 *
 * @param expiresInSeconds 0 for a token that does not expire
 * @param scope {@code customer=NAME} for a token of a customer, or the scopes of a product token
 */
public record TokenRequest(
        Optional<String> clientId,
        Optional<Secret> clientSecret,
        Optional<String> grantType,
        Optional<String> username,
        Optional<Secret> password,
        OptionalLong expiresInSeconds,
        Optional<String> scope) {}
