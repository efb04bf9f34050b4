package io.fleetcommand.simulator.accounts;

import java.util.Set;

/**
 * On whose behalf a token acts.
 *
 * @param name user name, client id, customer or API user
 * @param scopes of an API user; empty for the others, who may do all that their kind may
 */
public record Principal(Kind kind, String name, Set<String> scopes) {
    /** The kinds of token holders. */
    public enum Kind {
        /** A person to whom the devices are claimed and who is in the product's team. */
        OWNER,
        /** The product itself, by {@code client_credentials}. */
        PRODUCT,
        /** A customer of the product: may not use product paths. */
        CUSTOMER,
        API_USER
    }

    public Principal {
        scopes = Set.copyOf(scopes);
    }

    static Principal owner(String name) {
        return new Principal(Kind.OWNER, name, Set.of());
    }

    static Principal product(String clientId) {
        return new Principal(Kind.PRODUCT, clientId, Set.of());
    }

    static Principal customer(String customer) {
        return new Principal(Kind.CUSTOMER, customer, Set.of());
    }

    static Principal apiUser(String name, Set<String> scopes) {
        return new Principal(Kind.API_USER, name, scopes);
    }

    public boolean mayUseScope(String scope) {
        return kind != Kind.API_USER || scopes.contains(scope);
    }
}
