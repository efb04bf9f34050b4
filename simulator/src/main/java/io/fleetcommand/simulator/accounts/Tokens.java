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

/** All tokens that are not revoked, including expired ones. A holder may have several. Thread-safe. */
public final class Tokens {
    private static final int TOKEN_BYTES = 20;

    private final ConcurrentHashMap<String, Token> byValue = new ConcurrentHashMap<>();
    private final Set<String> everIssued = ConcurrentHashMap.newKeySet();
    private final AtomicInteger maxServing = new AtomicInteger();
    private final RandomGenerator random;

    public Tokens(RandomGenerator random) {
        this.random = random;
    }

    Token issue(Principal principal, String client, OptionalLong expiresAtNanos, long nowNanos) {
        Token issued = add(new Token(Secret.of(randomValue()), principal, client, expiresAtNanos));
        everIssued.add(issued.value().reveal());
        int serving = serving(nowNanos);
        maxServing.accumulateAndGet(serving, Math::max);
        return issued;
    }

    /** The number of valid tokens of the product and its API users. */
    public int serving(long nowNanos) {
        return (int) byValue.values().stream()
                .filter(token -> token.principal().kind() == Principal.Kind.PRODUCT
                        || token.principal().kind() == Principal.Kind.API_USER)
                .filter(token -> !token.expiredAt(nowNanos))
                .count();
    }

    /** The maximum of {@link #serving} since {@link #resetMaxServing}. */
    public int maxServing() {
        return maxServing.get();
    }

    public void resetMaxServing(long nowNanos) {
        maxServing.set(serving(nowNanos));
    }

    /** Every value ever issued, including revoked ones, for a leak scan. */
    public Set<String> everIssued() {
        return Set.copyOf(everIssued);
    }

    Token add(Token token) {
        byValue.put(token.value().reveal(), token);
        return token;
    }

    public Optional<Token> find(String value) {
        return Optional.ofNullable(byValue.get(value));
    }

    /** @return whether there was such a token */
    public boolean revoke(String value) {
        return byValue.remove(value) != null;
    }

    /** @return the number of revoked tokens */
    public int revokeAllOf(Principal holder) {
        return revokeIf(token -> token.principal().isSameHolder(holder));
    }

    public int revokeAll() {
        return revokeIf(token -> true);
    }

    /** All tokens of the product's owner, including expired ones. */
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
