package io.fleetcommand.simulator.accounts;

import java.util.Optional;

/** Whether a token was made, and if not, why. */
public sealed interface TokenAnswer {
    /** @param scope as asked for */
    record Minted(Token token, String refreshToken, long expiresInSeconds, Optional<String> scope)
            implements TokenAnswer {}

    /** @param error the closed code of OAuth, such as {@code invalid_client} */
    record Denied(String error, String description) implements TokenAnswer {}
}
