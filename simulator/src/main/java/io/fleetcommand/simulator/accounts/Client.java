package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;

/**
 * An OAuth client of the product.
 *
 * @param type {@code installed} or {@code web}
 */
public record Client(String id, Secret secret, String name, String type) {
    public Client renamed(String newName) {
        return new Client(id, secret, newName, type);
    }
}
