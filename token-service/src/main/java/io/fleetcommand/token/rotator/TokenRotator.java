package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.LockoutGuard;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the decisions of {@link Rotation} while its replica is the leader. Each step is stored before the next.
 *
 * <p>Thread-safe. Steps are confined to the rotator thread; {@link #current()} and {@link #status()} do not block.
 */
public final class TokenRotator implements RotationDecision.Executor {
    private static final Logger LOG = LoggerFactory.getLogger(TokenRotator.class);
    /** Reports within this time of a verdict share it: a burst of reports causes one verification. */
    private static final Duration VERDICT_TTL = Duration.ofSeconds(10);
    /** An intent older than this before its request is sent is stale: a new leader may be issuing a token already. */
    private static final Duration MAX_INTENT_AGE = Duration.ofSeconds(2);

    private static final int MAX_STEPS_PER_RUN = 10;

    private final Rotation rotation;
    private final Issuer issuer;
    private final StateStore store;
    private final Executor executor;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Supplier<String> intentNames;
    private final Consumer<RotationEvent> events;
    private Optional<PendingWrite> pendingWrite = Optional.empty();
    private Optional<Inspection> inspection = Optional.empty();
    private boolean mustRetry;
    private boolean idleLogged;

    /**
     * @param executor the rotator thread, on which every step is executed
     * @param random numbers from 0 to 1, for jitter
     * @param intentNames supplies a unique name for each intent
     */
    public TokenRotator(
            Rotation rotation,
            Issuer issuer,
            StateStore store,
            Executor executor,
            InstantSource clock,
            DoubleSupplier random,
            Supplier<String> intentNames,
            Consumer<RotationEvent> events) {
        this.rotation = rotation;
        this.issuer = issuer;
        this.store = store;
        this.executor = executor;
        this.clock = clock;
        this.random = random;
        this.intentNames = intentNames;
        this.events = events;
    }

    /** A write whose outcome is unknown and which will be retried. */
    private record PendingWrite(TokenState base, TokenState next) {}

    /** The check of a token that was reported as rejected. */
    private record Inspection(long version, Instant at, CompletableFuture<RejectionVerdict> verdict) {
        boolean appliesTo(long other, Instant now) {
            return version == other && (!verdict.isDone() || now.isBefore(at.plus(VERDICT_TTL)));
        }
    }

    /** The token to serve; empty while no valid one is published. */
    public Optional<KnownToken> current() {
        return store.state().usable(clock.instant());
    }

    public boolean isLeader() {
        return store.isLeader();
    }

    public RotationStatus status() {
        TokenState state = store.state();
        return new RotationStatus(store.isLeader(), state, rotation.decide(state, false, clock.instant()));
    }

    /** Why {@link #current()} is empty, as a message for operators. */
    public String unavailableReason() {
        if (!store.isLoaded()) {
            return "the stored state has not been read yet";
        }
        LockoutGuard guard = store.state().guard();
        if (guard.isAlarm()) {
            return "minting is stopped: " + guard.failures() + " attempts in a row have failed to give a token;"
                    + " correct the credentials, then order a rotation";
        }
        return guard.failures() > 0
                ? "the cloud refuses to make a token; the next attempt is not before " + guard.notBefore()
                : "no token is at hand yet";
    }

    /** Executes the steps that are due. Confined to the rotator thread. */
    public void runOnce() {
        try {
            mustRetry = false;
            retryPendingWrite();
            for (int step = 0; step < MAX_STEPS_PER_RUN && !mustRetry && store.isLeader() && store.isLoaded(); step++) {
                TokenState state = store.state();
                RotationDecision decision = rotation.decide(state, issuer.hasSourceChanged(state), clock.instant());
                if (!decision.applyTo(this)) {
                    logIdle(decision);
                    return;
                }
                idleLogged = false;
            }
        } catch (RuntimeException bug) {
            // An exception would cancel the periodic execution.
            LOG.error("rotation step failed", bug);
        }
    }

    /** Logs the decision when the rotation becomes idle, not in every run. */
    private void logIdle(RotationDecision decision) {
        if (idleLogged) {
            return;
        }
        idleLogged = true;
        if (decision instanceof RotationDecision.Stop stop) {
            LOG.error("rotation stopped until {}: {}", stop.until(), stop.reason());
        } else {
            LOG.info("rotation idle");
        }
    }

    /**
     * Verifies a token that a caller reported as rejected by the cloud. Thread-safe: concurrent reports of one version
     * share a verification.
     */
    public synchronized CompletableFuture<RejectionVerdict> rejected(long version) {
        Instant now = clock.instant();
        if (current().filter(token -> token.version() == version).isEmpty()) {
            return CompletableFuture.completedFuture(
                    current().isPresent() ? RejectionVerdict.REPLACED : RejectionVerdict.UNKNOWN);
        }
        Optional<Inspection> serving = inspection.filter(earlier -> earlier.appliesTo(version, now));
        if (serving.isPresent()) {
            return serving.get().verdict();
        }
        CompletableFuture<RejectionVerdict> verdict = new CompletableFuture<>();
        inspection = Optional.of(new Inspection(version, now, verdict));
        runOnRotatorThread(() -> verdict.complete(inspect(version)), verdict);
        return verdict;
    }

    /** Requests a rotation now. Completes with whether the request was stored; a stored one survives a crash. */
    public CompletableFuture<Boolean> requestRotation() {
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        runOnRotatorThread(
                () -> {
                    stored.complete(store.isLeader() && save(store.state().withRotationRequest(), Optional.empty()));
                    runOnce();
                },
                stored);
        return stored;
    }

    private void runOnRotatorThread(Runnable work, CompletableFuture<?> future) {
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException bug) {
                    future.completeExceptionally(bug);
                }
            });
        } catch (RejectedExecutionException shutDown) {
            future.completeExceptionally(shutDown);
        }
    }

    private RejectionVerdict inspect(long version) {
        TokenState state = store.state();
        Optional<KnownToken> suspect = state.current().filter(token -> token.version() == version);
        if (suspect.isEmpty()) {
            return RejectionVerdict.REPLACED;
        }
        events.accept(RotationEvent.INSPECTED);
        Verification verification = issuer.verify(suspect.get().value());
        if (verification instanceof Verification.Unknown unknown) {
            LOG.warn("token {} was reported as rejected, but cannot be verified: {}", version, unknown.reason());
            return RejectionVerdict.UNKNOWN;
        }
        boolean refused = verification instanceof Verification.Rejected;
        if (refused != state.suspect()) {
            save(state.withSuspect(refused), Optional.empty());
        }
        if (!refused) {
            return RejectionVerdict.STILL_GOOD;
        }
        LOG.warn(
                "token {} is rejected by the cloud and will be replaced: {}",
                version,
                ((Verification.Rejected) verification).reason());
        runOnce();
        return current().filter(token -> token.version() != version).isPresent()
                ? RejectionVerdict.REPLACED
                : RejectionVerdict.UNKNOWN;
    }

    @Override
    public void issue(long version) {
        Instant startedAt = clock.instant();
        Intent intent = new Intent(version, intentNames.get(), startedAt);
        if (!save(store.state().withIntent(intent), Optional.empty())) {
            return;
        }
        Instant now = clock.instant();
        IssueResult result = now.isBefore(startedAt.plus(MAX_INTENT_AGE))
                ? issuer.issue(intent)
                : new IssueResult.Failed("this process was paused; another leader may be issuing a token");
        save(nextState(result, store.state(), version), issuedToken(result, version));
    }

    private TokenState nextState(IssueResult result, TokenState state, long version) {
        Instant now = clock.instant();
        if (result instanceof IssueResult.Done done) {
            events.accept(RotationEvent.MINTED);
            LOG.info("token {} issued", version);
            return state.issued(done.value(), done.owner(), done.expiresAt(), now);
        }
        if (result instanceof IssueResult.Refused refused) {
            events.accept(RotationEvent.MINT_REFUSED);
            LOG.error(
                    "issuing a token was refused {} times in a row: {}. {}. Next retry not before {}",
                    state.guard().failures(),
                    refused.reason(),
                    state.guard().isAlarm()
                            ? "Retries are stopped, or the cloud would lock this address out:"
                                    + " correct the credentials, restart, then request a rotation"
                            : "Check the credentials",
                    state.guard().notBefore());
            return state.issueRefused();
        }
        if (result instanceof IssueResult.Throttled throttled) {
            events.accept(RotationEvent.MINT_THROTTLED);
            LOG.warn("issuing a token was throttled, will retry in a few minutes: {}", throttled.reason());
            return state.issueThrottled(now);
        }
        events.accept(RotationEvent.MINT_FAILED);
        TokenState next = state.issueFailed(now, random.getAsDouble());
        LOG.warn(
                "issuing a token failed, will retry at {}: {}",
                next.guard().notBefore(),
                ((IssueResult.Failed) result).reason());
        return next;
    }

    private Optional<KnownToken> issuedToken(IssueResult result, long version) {
        return result instanceof IssueResult.Done done
                ? Optional.of(new KnownToken(
                        version,
                        done.value(),
                        done.owner(),
                        clock.instant(),
                        done.expiresAt(),
                        TokenPhase.RETIRED,
                        clock.instant()))
                : Optional.empty();
    }

    @Override
    public void verify(KnownToken token) {
        Verification verification = issuer.verify(token.value());
        if (verification instanceof Verification.Accepted accepted) {
            events.accept(RotationEvent.PROVEN);
            save(store.state().verified(token.version(), accepted.expiresAt()), Optional.empty());
            return;
        }
        boolean rejected = verification instanceof Verification.Rejected;
        events.accept(rejected ? RotationEvent.PROOF_REJECTED : RotationEvent.PROOF_UNKNOWN);
        LOG.warn(
                "token {} not published, verification failed: {}",
                token.version(),
                rejected
                        ? ((Verification.Rejected) verification).reason()
                        : ((Verification.Unknown) verification).reason());
        save(store.state().verificationFailed(token.version(), clock.instant()), Optional.empty());
    }

    @Override
    public void publish(long version) {
        if (save(store.state().published(version, rotation.settings(), clock.instant()), Optional.empty())) {
            events.accept(RotationEvent.PUBLISHED);
            store.state()
                    .current()
                    .ifPresent(token -> LOG.info(
                            "token {} published, valid until {}",
                            version,
                            token.expiresAt().map(Instant::toString).orElse("revoked")));
        }
    }

    @Override
    public void revoke(KnownToken token) {
        boolean revoked = issuer.revoke(token);
        events.accept(revoked ? RotationEvent.REVOKED : RotationEvent.REVOKE_FAILED);
        if (revoked) {
            LOG.info("token {} revoked", token.version());
        } else {
            LOG.warn("token {} not revoked yet, will retry", token.version());
        }
        TokenState state = store.state();
        save(
                revoked ? state.revoked(token.version()) : state.revocationFailed(token.version(), clock.instant()),
                Optional.empty());
    }

    @Override
    public void recover(Intent intent) {
        LOG.warn("issuing of token {} was interrupted; recovering", intent.version());
        if (issuer.recover(intent)) {
            events.accept(RotationEvent.RECOVERED);
            save(store.state().recovered(), Optional.empty());
        } else {
            mustRetry = true;
        }
    }

    private boolean save(TokenState next, Optional<KnownToken> issuedToken) {
        PendingWrite step = new PendingWrite(store.state(), next);
        try {
            boolean written = store.replace(step.base(), next);
            if (!written) {
                leadershipLost();
                issuedToken.ifPresent(this::revokeOrphan);
            }
            return written;
        } catch (IOException failed) {
            events.accept(RotationEvent.STATE_UNWRITTEN);
            LOG.warn("rotation state not stored, will retry: {}", failed.getMessage());
            mustRetry = true;
            pendingWrite = issuedToken.isPresent() ? Optional.of(step) : Optional.empty();
            return false;
        }
    }

    /**
     * Retries the write of a new token, which until then exists only in this process, while this replica is the leader.
     * Whether the first write succeeded is unknown, so the token is not revoked if the retry is refused: the stored
     * state holds either the token or its intent.
     */
    private void retryPendingWrite() {
        if (pendingWrite.isEmpty()) {
            return;
        }
        PendingWrite step = pendingWrite.get();
        try {
            if (store.isLoaded() && store.isLeader()) {
                pendingWrite = Optional.empty();
                store.replace(step.base(), step.next());
            }
        } catch (IOException failed) {
            LOG.warn("new token still not stored, will retry: {}", failed.getMessage());
            pendingWrite = Optional.of(step);
            mustRetry = true;
        }
    }

    private void leadershipLost() {
        mustRetry = true;
        events.accept(RotationEvent.LEADERSHIP_LOST);
        LOG.warn("leadership lost: another replica is the leader; the last step was not stored");
    }

    /** Revokes a token that is in no stored state, and so would never be revoked later. */
    private void revokeOrphan(KnownToken token) {
        LOG.info("orphaned token {} {}", token.version(), issuer.revoke(token) ? "revoked" : "not revoked, no retry");
    }
}
