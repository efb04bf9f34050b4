package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The customers of the product. Thread-safe. */
public final class Customers {
    private final ConcurrentSkipListMap<String, Customer> byEmail = new ConcurrentSkipListMap<>();
    private final Tokens tokens;

    public Customers(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Empty if there is a customer of that name already. */
    public Optional<Customer> create(String email, Optional<Secret> password) {
        var customer = new Customer(email.toLowerCase(Locale.ROOT), password);
        return byEmail.putIfAbsent(customer.email(), customer) == null ? Optional.of(customer) : Optional.empty();
    }

    public Optional<Customer> find(String emailOrId) {
        var byName = Optional.ofNullable(byEmail.get(emailOrId.toLowerCase(Locale.ROOT)));
        return byName.or(() -> byEmail.values().stream()
                .filter(customer -> customer.id().equals(emailOrId))
                .findFirst());
    }

    /** Sorted by name. */
    public List<Customer> all() {
        return List.copyOf(byEmail.values());
    }

    /** Empty if there is no such customer. */
    public Optional<Customer> changePassword(String emailOrId, Secret password) {
        return find(emailOrId)
                .flatMap(customer -> Optional.ofNullable(byEmail.computeIfPresent(
                        customer.email(), (key, present) -> new Customer(key, Optional.of(password)))));
    }

    /** Deletes a customer and revokes its tokens; empty if there is none. */
    public Optional<Customer> remove(String emailOrId) {
        var removed = find(emailOrId).flatMap(customer -> Optional.ofNullable(byEmail.remove(customer.email())));
        removed.ifPresent(customer -> tokens.revokeAllOf(Principal.customer(customer.email())));
        return removed;
    }
}
