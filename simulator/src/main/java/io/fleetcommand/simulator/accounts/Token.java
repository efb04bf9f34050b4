package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.OptionalLong;

/**
 * An access token.
 *
 * @param client the OAuth client that requested it
 * @param expiresAtNanos expiry on the simulator's clock; empty if the token does not expire
 */
public record Token(Secret value, Principal principal, String client, OptionalLong expiresAtNanos) {
    public boolean expiredAt(long nowNanos) {
        return expiresAtNanos.isPresent() && nowNanos >= expiresAtNanos.getAsLong();
    }
}
