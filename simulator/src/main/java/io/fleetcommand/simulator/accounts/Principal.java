package io.fleetcommand.simulator.accounts;

import java.util.Set;

/**
 * The holder of a token. Immutable.
 *
 * @param name name of the user, client, customer or API user
 * @param scopes scopes of an API user or of a restricted product token; unlimited for other kinds
 */
public record Principal(Kind kind, String name, Scopes scopes) {
    /** The kinds of token holders. */
    public enum Kind {
        /** A user who has claimed devices and is a member of the product's team. */
        OWNER,
        /** The product itself, with {@code client_credentials}. */
        PRODUCT,
        /** A customer of the product: may use its own devices, but no product paths. */
        CUSTOMER,
        API_USER
    }

    static Principal owner(String name) {
        return new Principal(Kind.OWNER, name, Scopes.ALL);
    }

    static Principal product(String clientId, Scopes scopes) {
        return new Principal(Kind.PRODUCT, clientId, scopes);
    }

    static Principal customer(String email) {
        return new Principal(Kind.CUSTOMER, email, Scopes.ALL);
    }

    static Principal apiUser(String name, Set<String> scopes) {
        return new Principal(Kind.API_USER, name, Scopes.of(scopes));
    }

    public boolean mayUseScope(String scope) {
        return scopes.allow(scope);
    }

    /** Whether both are the same holder, regardless of scopes. */
    boolean isSameHolder(Principal other) {
        return kind == other.kind && name.equals(other.name);
    }
}
