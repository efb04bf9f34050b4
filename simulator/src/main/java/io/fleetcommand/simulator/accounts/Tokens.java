package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Every token that was made and not revoked, expired ones included. Several of one holder live side by side. Thread-safe. */
public final class Tokens {
    private static final int TOKEN_BYTES = 20;

    private final ConcurrentHashMap<String, Token> byValue = new ConcurrentHashMap<>();
    private final Set<String> everMade = ConcurrentHashMap.newKeySet();
    private final AtomicInteger mostServing = new AtomicInteger();
    private final RandomGenerator random;

    public Tokens(RandomGenerator random) {
        this.random = random;
    }

    Token mint(Principal principal, String client, OptionalLong expiresAtNanos, long nowNanos) {
        Token made = keep(new Token(Secret.of(randomValue()), principal, client, expiresAtNanos));
        everMade.add(made.value().reveal());
        int serving = serving(nowNanos);
        mostServing.accumulateAndGet(serving, Math::max);
        return made;
    }

    /** How many tokens of the product and its API users live. */
    public int serving(long nowNanos) {
        return (int) byValue.values().stream()
                .filter(token -> token.principal().kind() == Principal.Kind.PRODUCT
                        || token.principal().kind() == Principal.Kind.API_USER)
                .filter(token -> !token.expiredAt(nowNanos))
                .count();
    }

    /** The most that {@link #serving} has ever been since {@link #forgetMost}. */
    public int mostServing() {
        return mostServing.get();
    }

    public void forgetMost(long nowNanos) {
        mostServing.set(serving(nowNanos));
    }

    /** Every value that was ever made, whatever has become of it: what a search for leaks looks for. */
    public Set<String> everMade() {
        return Set.copyOf(everMade);
    }

    Token keep(Token token) {
        byValue.put(token.value().reveal(), token);
        return token;
    }

    public Optional<Token> find(String value) {
        return Optional.ofNullable(byValue.get(value));
    }

    /** Returns whether there was such a token. */
    public boolean revoke(String value) {
        return byValue.remove(value) != null;
    }

    /** Returns how many were revoked. */
    public int revokeAllOf(Principal holder) {
        return revokeIf(token -> token.principal().isSameHolder(holder));
    }

    public int revokeAll() {
        return revokeIf(token -> true);
    }

    /** Every token of the product's owner, expired ones included. */
    public List<Token> ofOwner() {
        return byValue.values().stream()
                .filter(token -> token.principal().kind() == Principal.Kind.OWNER)
                .toList();
    }

    /** 40 hexadecimal digits. */
    String randomValue() {
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private int revokeIf(Predicate<Token> condition) {
        int revoked = 0;
        for (var token : byValue.values()) {
            if (condition.test(token) && byValue.remove(token.value().reveal(), token)) {
                revoked++;
            }
        }
        return revoked;
    }
}
