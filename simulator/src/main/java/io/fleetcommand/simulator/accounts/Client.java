package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Optional;

/**
 * An OAuth client.
 *
 * @param ofProduct whether it is the product's; otherwise the owner's own, whose tokens act for the owner
 * @param type {@code installed} or {@code web}
 * @param redirectUri of a web client
 * @param scopeWords what its tokens are limited to, as its creator named it; empty for no limit
 */
public record Client(
        String id,
        Secret secret,
        boolean ofProduct,
        String name,
        String type,
        Optional<String> redirectUri,
        List<String> scopeWords) {
    public Client {
        scopeWords = List.copyOf(scopeWords);
    }

    public Scopes scopes() {
        return Scopes.ofClient(scopeWords);
    }

    /** With what is given in place of what was. */
    public Client changed(Optional<String> newName, Optional<List<String>> newScopeWords) {
        return new Client(
                id, secret, ofProduct, newName.orElse(name), type, redirectUri, newScopeWords.orElse(scopeWords));
    }
}
