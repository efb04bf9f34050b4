package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Optional;

/**
 * An OAuth client.
 *
 * @param ofProduct true for a client of the product; false for one of the owner, whose tokens act for the owner
 * @param type {@code installed} or {@code web}
 * @param redirectUri redirect URI of a web client
 * @param scopeWords scopes of its tokens, as named at its creation; empty for unlimited
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

    /** A copy with the given changes. */
    public Client changed(Optional<String> newName, Optional<List<String>> newScopeWords) {
        return new Client(
                id, secret, ofProduct, newName.orElse(name), type, redirectUri, newScopeWords.orElse(scopeWords));
    }
}
