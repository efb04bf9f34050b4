package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.Optional;

/**
 * A customer of the product.
 *
 * @param email the name, in lower case; need not be an address
 * @param password empty for a shadow customer, whose tokens only the product's clients can request
 */
public record Customer(String email, Optional<Secret> password) {
    public String id() {
        return AccountId.of(email);
    }
}
