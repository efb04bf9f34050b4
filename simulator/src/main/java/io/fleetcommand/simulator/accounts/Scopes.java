package io.fleetcommand.simulator.accounts;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a token may be used for: everything that its kind of holder may do, or only what is named. Immutable. */
public final class Scopes {
    /** No limit but that of the holder's kind. */
    public static final Scopes ALL = new Scopes(Optional.empty());

    /** Words of OAuth clients that stand for scopes of API users. */
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

    /** As an OAuth client or a token request names them; no words mean no limit, a word without a meaning allows nothing. */
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

    /** What both allow. */
    public Scopes within(Scopes other) {
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
