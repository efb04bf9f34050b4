package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.Optional;

/**
 * A customer of the product.
 *
 * @param email its name, in small letters; need not be an address
 * @param password empty for a shadow customer, for whom only the product's clients get tokens
 */
public record Customer(String email, Optional<Secret> password) {
    public String id() {
        return AccountId.of(email);
    }
}
