package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The OAuth clients of the product. Thread-safe. */
public final class Clients {
    private final ConcurrentSkipListMap<String, Client> byId = new ConcurrentSkipListMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger(2000);
    private final Tokens tokens;

    public Clients(Credentials credentials, Tokens tokens) {
        this.tokens = tokens;
        byId.put(
                credentials.clientId(),
                new Client(credentials.clientId(), credentials.clientSecret(), "Fleet commands", "installed"));
    }

    public Optional<Client> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public List<Client> all() {
        return List.copyOf(byId.values());
    }

    public Client create(String name, String type) {
        String id = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + '-' + lastNumber.incrementAndGet();
        var client = new Client(id, Secret.of(tokens.randomValue()), name, type);
        byId.put(id, client);
        return client;
    }

    public Optional<Client> rename(String id, String name) {
        return Optional.ofNullable(byId.computeIfPresent(id, (key, client) -> client.renamed(name)));
    }

    /** Returns whether there was such a client. Tokens made with it stay valid. */
    public boolean remove(String id) {
        return byId.remove(id) != null;
    }
}
