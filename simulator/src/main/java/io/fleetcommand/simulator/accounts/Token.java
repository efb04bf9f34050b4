package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.OptionalLong;

/**
 * An access token.
 *
 * @param client the OAuth client through which it was made
 * @param expiresAtNanos on the simulator's clock; empty for never
 */
public record Token(Secret value, Principal principal, String client, OptionalLong expiresAtNanos) {
    public boolean expiredAt(long nowNanos) {
        return expiresAtNanos.isPresent() && nowNanos >= expiresAtNanos.getAsLong();
    }
}
