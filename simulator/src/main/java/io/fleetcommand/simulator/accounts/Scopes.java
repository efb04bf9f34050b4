package io.fleetcommand.simulator.accounts;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The permissions of a token: all of its kind of holder, or only the named ones. Immutable. */
public final class Scopes {
    /** All permissions of the holder's kind. */
    public static final Scopes ALL = new Scopes(Optional.empty());

    /** The scopes of API users by their names for OAuth clients. */
    private static final Map<String, Set<String>> CLIENT_WORDS = Map.of(
            "create_customer", Set.of("customers:create"),
            "customer", Set.of("customers:create", "customers:list", "customers:update", "customers:remove"));

    private final Optional<Set<String>> named;

    private Scopes(Optional<Set<String>> named) {
        this.named = named;
    }

    /** Exactly these scopes, such as {@code devices.function:call}. */
    public static Scopes of(Collection<String> scopes) {
        return new Scopes(Optional.of(Set.copyOf(scopes)));
    }

    /** Scopes by their names for OAuth clients. No name means no limit; an unknown name allows nothing. */
    public static Scopes ofClient(Collection<String> words) {
        return words.isEmpty()
                ? ALL
                : of(words.stream()
                        .flatMap(word -> CLIENT_WORDS.getOrDefault(word, Set.of(word)).stream())
                        .collect(Collectors.toSet()));
    }

    public boolean allow(String scope) {
        return named.map(scopes -> scopes.contains(scope)).orElse(true);
    }

    /** The scopes that both allow. */
    public Scopes intersect(Scopes other) {
        if (named.isEmpty()) {
            return other;
        }
        return of(named.get().stream().filter(other::allow).toList());
    }

    /** By name, in order; empty if there is no limit. */
    public List<String> names() {
        return named.map(scopes -> List.copyOf(new TreeSet<>(scopes))).orElseGet(List::of);
    }
}
