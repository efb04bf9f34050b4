package io.fleetcommand.simulator.accounts;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The API users of the product: each has exactly one valid token, which does not expire (particle-contract §5.4).
 * Thread-safe.
 */
public final class ApiUsers {
    private final ConcurrentSkipListMap<String, Token> byName = new ConcurrentSkipListMap<>();
    private final Tokens tokens;

    public ApiUsers(Tokens tokens) {
        this.tokens = tokens;
    }

    /** @return the token of the new user, whose name is in its principal */
    public synchronized Token create(String friendlyName, Set<String> scopes, long nowNanos) {
        String name = friendlyName + '+' + tokens.randomValue().substring(0, 12) + "@api.particle.io";
        return put(name, scopes, nowNanos);
    }

    /** Changes the scopes of a user and replaces its token; the old token is invalid at once. */
    public synchronized Optional<Token> change(String name, Set<String> scopes, long nowNanos) {
        return remove(name) ? Optional.of(put(name, scopes, nowNanos)) : Optional.empty();
    }

    /** Deletes a user and its token. @return whether there was such a user */
    public synchronized boolean remove(String name) {
        var token = byName.remove(name);
        if (token != null) {
            tokens.revoke(token.value().reveal());
        }
        return token != null;
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    private Token put(String name, Set<String> scopes, long nowNanos) {
        var token = tokens.issue(Principal.apiUser(name, scopes), "api-user", OptionalLong.empty(), nowNanos);
        byName.put(name, token);
        return token;
    }
}
