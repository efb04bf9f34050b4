package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The OAuth clients of the product and those of its owner. Thread-safe. */
public final class Clients {
    private final ConcurrentSkipListMap<String, Client> byId = new ConcurrentSkipListMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger(2000);
    private final Tokens tokens;

    public Clients(Credentials credentials, Tokens tokens) {
        this.tokens = tokens;
        byId.put(
                credentials.clientId(),
                new Client(
                        credentials.clientId(),
                        credentials.clientSecret(),
                        true,
                        "Fleet commands",
                        "installed",
                        Optional.empty(),
                        List.of()));
    }

    /** The parameters of a new client; see {@link Client}. */
    public record NewClient(
            boolean ofProduct, String name, String type, Optional<String> redirectUri, List<String> scopeWords) {}

    public Optional<Client> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All clients of the product, or all of the owner. */
    public List<Client> all(boolean ofProduct) {
        return byId.values().stream()
                .filter(client -> client.ofProduct() == ofProduct)
                .toList();
    }

    public Client create(NewClient parameters) {
        String id = parameters.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")
                + '-'
                + lastNumber.incrementAndGet();
        var client = new Client(
                id,
                Secret.of(tokens.randomValue()),
                parameters.ofProduct(),
                parameters.name(),
                parameters.type(),
                parameters.redirectUri(),
                parameters.scopeWords());
        byId.put(id, client);
        return client;
    }

    /** Empty if there is no such client. Existing tokens keep their scopes. */
    public Optional<Client> change(
            String id, boolean ofProduct, Optional<String> name, Optional<List<String>> scopeWords) {
        return find(id).filter(client -> client.ofProduct() == ofProduct)
                .flatMap(client -> Optional.ofNullable(
                        byId.computeIfPresent(id, (key, present) -> present.changed(name, scopeWords))));
    }

    /** @return whether there was such a client; its tokens stay valid */
    public boolean remove(String id, boolean ofProduct) {
        return find(id).filter(client -> client.ofProduct() == ofProduct).isPresent() && byId.remove(id) != null;
    }
}
