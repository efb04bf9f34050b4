package io.fleetcommand.simulator.accounts;

import java.util.Optional;

/** The result of a token request. */
public sealed interface TokenResult {
    /** @param scope as requested */
    record Issued(Token token, String refreshToken, long expiresInSeconds, Optional<String> scope)
            implements TokenResult {}

    /** @param error OAuth's error code, such as {@code invalid_client} */
    record Denied(String error, String description) implements TokenResult {}
}
