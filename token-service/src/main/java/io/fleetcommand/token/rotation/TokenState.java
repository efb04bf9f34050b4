package io.fleetcommand.token.rotation;

import io.fleetcommand.service.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * All that must outlive a crash. Each step makes a new one, which is stored before anything is built upon it.
 *
 * @param lastVersion the highest that was ever intended; 0 before the first
 * @param tokens oldest first
 * @param intent a mint whose end is not known
 * @param suspect whether the cloud, asked about the current token, refused it
 * @param rotationRequested whether an operator wants a new token now
 */
public record TokenState(
        long lastVersion,
        List<KnownToken> tokens,
        Optional<Intent> intent,
        LockoutGuard guard,
        Replacements replacements,
        boolean suspect,
        boolean rotationRequested) {
    public static final TokenState NONE =
            new TokenState(0, List.of(), Optional.empty(), LockoutGuard.NEW, Replacements.NONE, false, false);

    /** After so long a token that the cloud does not accept is given up. */
    static final Duration VERIFICATION_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration FIRST_PROOF_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_PROOF_RETRY = Duration.ofSeconds(60);
    private static final Duration REVOKE_RETRY = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(36_500);

    public TokenState {
        tokens = List.copyOf(tokens);
        Objects.requireNonNull(intent);
        Objects.requireNonNull(guard);
        Objects.requireNonNull(replacements);
    }

    /** The token that readers are given, whether it still lives or not. */
    public Optional<KnownToken> current() {
        return inPhase(TokenPhase.CURRENT);
    }

    /** The token to hand out; empty while there is none that lives. */
    public Optional<KnownToken> usable(Instant now) {
        return current().filter(token -> token.isValidAt(now));
    }

    Optional<KnownToken> inPhase(TokenPhase phase) {
        return tokens.stream().filter(token -> token.phase() == phase).findFirst();
    }

    /** Where nothing is known of earlier ones, versions begin with the time, so that they rise all the same. */
    long nextVersion(Instant now) {
        return lastVersion == 0 ? now.getEpochSecond() : lastVersion + 1;
    }

    public TokenState withIntent(Intent next) {
        return new TokenState(
                next.version(),
                tokens,
                Optional.of(next),
                guard.attemptStarted(next.at()),
                suspect ? replacements.increment(next.at()) : replacements,
                suspect,
                false);
    }

    /** The cloud has made the intended token. One that was still to be proven has come to nothing. */
    public TokenState issued(Secret value, String owner, Optional<Instant> expiresAt, Instant now) {
        List<KnownToken> all = new ArrayList<>();
        for (KnownToken token : tokens) {
            all.add(token.phase() == TokenPhase.MINTED ? token.withPhase(TokenPhase.RETIRED, now) : token);
        }
        all.add(new KnownToken(lastVersion, value, owner, now, expiresAt, TokenPhase.MINTED, now));
        return with(all, Optional.empty(), guard);
    }

    /** The cloud does not accept the credentials. */
    public TokenState issueRefused() {
        return with(tokens, Optional.empty(), guard);
    }

    /** The cloud could not be asked, or not answer. */
    public TokenState issueFailed(Instant now, double random) {
        return with(tokens, Optional.empty(), guard.issueFailed(now, random));
    }

    /** The cloud has had too many token requests from this address. */
    public TokenState issueThrottled(Instant now) {
        return with(tokens, Optional.empty(), guard.throttled(now));
    }

    /** What an interrupted mint may have left behind is gone, or ends by itself. */
    public TokenState recovered() {
        return with(tokens, Optional.empty(), guard);
    }

    /** @param expiresAt if the proof told it */
    public TokenState verified(long version, Optional<Instant> expiresAt) {
        return with(
                change(version, token -> token.withExpiry(expiresAt).withPhase(TokenPhase.PROVEN, token.due())),
                intent,
                guard.succeeded());
    }

    /** The cloud does not accept the new token, or cannot be asked: it is tried again, less and less often. */
    public TokenState verificationFailed(long version, Instant now) {
        return with(
                change(version, token -> {
                    Duration age = Duration.between(token.issuedAt(), now);
                    return age.compareTo(VERIFICATION_TIMEOUT) > 0
                            ? token.withPhase(TokenPhase.RETIRED, now)
                            : token.withPhase(TokenPhase.MINTED, now.plus(between(FIRST_PROOF_RETRY, age, LAST_PROOF_RETRY)));
                }),
                intent,
                guard);
    }

    /** From now on readers are given this one, and the one before it ends after the overlap. It serves every wish. */
    public TokenState published(long version, RotationSettings policy, Instant now) {
        List<KnownToken> all = new ArrayList<>();
        for (KnownToken token : tokens) {
            if (token.version() == version) {
                all.add(token.withPhase(TokenPhase.CURRENT, renewal(token, policy, now)));
            } else {
                all.add(
                        token.phase() == TokenPhase.CURRENT
                                ? token.withPhase(TokenPhase.RETIRED, now.plus(policy.overlap()))
                                : token);
            }
        }
        return new TokenState(lastVersion, all, intent, guard, replacements, false, false);
    }

    private static Instant renewal(KnownToken token, RotationSettings policy, Instant now) {
        if (!policy.renews()) {
            return now.plus(NEVER);
        }
        Duration life = token.expiresAt()
                .map(end -> Duration.between(token.issuedAt(), end))
                .orElse(policy.life());
        return token.issuedAt().plusMillis(Math.round(life.toMillis() * policy.fraction()));
    }

    /** The cloud has ended it. */
    public TokenState revoked(long version) {
        return with(tokens.stream().filter(token -> token.version() != version).toList(), intent, guard);
    }

    /** The cloud could not be had to end it. */
    public TokenState revocationFailed(long version, Instant now) {
        return with(change(version, token -> token.withPhase(TokenPhase.RETIRED, now.plus(REVOKE_RETRY))), intent, guard);
    }

    /** Whether the cloud refuses the current token. */
    public TokenState withSuspect(boolean refused) {
        return new TokenState(lastVersion, tokens, intent, guard, replacements, refused, rotationRequested);
    }

    /** An operator wants a new token. */
    public TokenState withRotationRequest() {
        return new TokenState(lastVersion, tokens, intent, guard, replacements, suspect, true);
    }

    private TokenState with(List<KnownToken> nextTokens, Optional<Intent> nextIntent, LockoutGuard nextGuard) {
        return new TokenState(lastVersion, nextTokens, nextIntent, nextGuard, replacements, suspect, rotationRequested);
    }

    private List<KnownToken> change(long version, UnaryOperator<KnownToken> change) {
        return tokens.stream()
                .map(token -> token.version() == version ? change.apply(token) : token)
                .toList();
    }

    private static Duration between(Duration least, Duration wanted, Duration most) {
        Duration atLeast = wanted.compareTo(least) < 0 ? least : wanted;
        return atLeast.compareTo(most) < 0 ? atLeast : most;
    }
}
