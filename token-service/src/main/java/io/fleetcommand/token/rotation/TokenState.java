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
 * The state that must survive a crash. Each step creates a new one, which is stored before the next step. Immutable.
 *
 * @param lastVersion the highest version of any intent; 0 before the first
 * @param tokens oldest first
 * @param intent the issue request whose outcome is unknown, if there is one
 * @param suspect whether the cloud rejected the current token when it was verified
 * @param rotationRequested whether an operator has requested a rotation
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

    /** Time after which a new token that cannot be verified is retired. */
    static final Duration VERIFICATION_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration MIN_VERIFICATION_RETRY = Duration.ofMillis(500);
    private static final Duration MAX_VERIFICATION_RETRY = Duration.ofSeconds(60);
    private static final Duration REVOCATION_RETRY = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(36_500);

    public TokenState {
        tokens = List.copyOf(tokens);
        Objects.requireNonNull(intent);
        Objects.requireNonNull(guard);
        Objects.requireNonNull(replacements);
    }

    /** The published token, which may have expired. */
    public Optional<KnownToken> current() {
        return inPhase(TokenPhase.CURRENT);
    }

    /** The published token, if it has not expired. */
    public Optional<KnownToken> usable(Instant now) {
        return current().filter(token -> token.isValidAt(now));
    }

    Optional<KnownToken> inPhase(TokenPhase phase) {
        return tokens.stream().filter(token -> token.phase() == phase).findFirst();
    }

    /** Versions begin with the time in seconds, so that they increase even if an earlier state was lost. */
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

    /** The cloud issued the token of the intent. An older one that is not verified yet is retired. */
    public TokenState issued(Secret value, String owner, Optional<Instant> expiresAt, Instant now) {
        List<KnownToken> all = new ArrayList<>();
        for (KnownToken token : tokens) {
            all.add(token.phase() == TokenPhase.MINTED ? token.withPhase(TokenPhase.RETIRED, now) : token);
        }
        all.add(new KnownToken(lastVersion, value, owner, now, expiresAt, TokenPhase.MINTED, now));
        return with(all, Optional.empty(), guard);
    }

    /** The cloud rejected the credentials. */
    public TokenState issueRefused() {
        return with(tokens, Optional.empty(), guard);
    }

    /** The issue request failed for another reason than the credentials. */
    public TokenState issueFailed(Instant now, double random) {
        return with(tokens, Optional.empty(), guard.issueFailed(now, random));
    }

    /** The cloud throttled the issue request (429). */
    public TokenState issueThrottled(Instant now) {
        return with(tokens, Optional.empty(), guard.throttled(now));
    }

    /** Whatever an interrupted issue request left behind is revoked, or expires by itself. */
    public TokenState recovered() {
        return with(tokens, Optional.empty(), guard);
    }

    /** @param expiresAt the expiry; empty if the cloud did not state it at the verification */
    public TokenState verified(long version, Optional<Instant> expiresAt) {
        return with(
                update(version, token -> token.withExpiry(expiresAt).withPhase(TokenPhase.PROVEN, token.due())),
                intent,
                guard.succeeded());
    }

    /** Verification failed; it will be retried with back-off, until the timeout. */
    public TokenState verificationFailed(long version, Instant now) {
        return with(
                update(version, token -> {
                    Duration age = Duration.between(token.issuedAt(), now);
                    return age.compareTo(VERIFICATION_TIMEOUT) > 0
                            ? token.withPhase(TokenPhase.RETIRED, now)
                            : token.withPhase(
                                    TokenPhase.MINTED,
                                    now.plus(clamp(MIN_VERIFICATION_RETRY, age, MAX_VERIFICATION_RETRY)));
                }),
                intent,
                guard);
    }

    /** Makes the token current and its predecessor retired, to be revoked after the overlap. Meets all requests. */
    public TokenState published(long version, RotationSettings settings, Instant now) {
        List<KnownToken> all = new ArrayList<>();
        for (KnownToken token : tokens) {
            if (token.version() == version) {
                all.add(token.withPhase(TokenPhase.CURRENT, rotationDue(token, settings, now)));
            } else {
                all.add(
                        token.phase() == TokenPhase.CURRENT
                                ? token.withPhase(TokenPhase.RETIRED, now.plus(settings.overlap()))
                                : token);
            }
        }
        return new TokenState(lastVersion, all, intent, guard, replacements, false, false);
    }

    private static Instant rotationDue(KnownToken token, RotationSettings settings, Instant now) {
        if (!settings.renews()) {
            return now.plus(NEVER);
        }
        Duration lifetime = token.expiresAt()
                .map(end -> Duration.between(token.issuedAt(), end))
                .orElse(settings.lifetime());
        return token.issuedAt().plusMillis(Math.round(lifetime.toMillis() * settings.fraction()));
    }

    /** The token was revoked. */
    public TokenState revoked(long version) {
        return with(tokens.stream().filter(token -> token.version() != version).toList(), intent, guard);
    }

    /** Revocation failed; it will be retried. */
    public TokenState revocationFailed(long version, Instant now) {
        return with(
                update(version, token -> token.withPhase(TokenPhase.RETIRED, now.plus(REVOCATION_RETRY))),
                intent,
                guard);
    }

    /** @param rejected whether the cloud rejects the current token */
    public TokenState withSuspect(boolean rejected) {
        return new TokenState(lastVersion, tokens, intent, guard, replacements, rejected, rotationRequested);
    }

    /** An operator has requested a rotation. */
    public TokenState withRotationRequest() {
        return new TokenState(lastVersion, tokens, intent, guard, replacements, suspect, true);
    }

    private TokenState with(List<KnownToken> nextTokens, Optional<Intent> nextIntent, LockoutGuard nextGuard) {
        return new TokenState(lastVersion, nextTokens, nextIntent, nextGuard, replacements, suspect, rotationRequested);
    }

    private List<KnownToken> update(long version, UnaryOperator<KnownToken> update) {
        return tokens.stream()
                .map(token -> token.version() == version ? update.apply(token) : token)
                .toList();
    }

    private static Duration clamp(Duration min, Duration value, Duration max) {
        Duration atLeast = value.compareTo(min) < 0 ? min : value;
        return atLeast.compareTo(max) < 0 ? atLeast : max;
    }
}
