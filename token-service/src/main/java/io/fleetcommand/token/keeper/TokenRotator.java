package io.fleetcommand.token.keeper;

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
 * Takes the steps that the rules decide, while its replica leads. Every step is taken on one thread; each is stored
 * before the next. Readers take no lock.
 */
public final class TokenRotator implements RotationDecision.Executor {
    private static final Logger LOG = LoggerFactory.getLogger(TokenRotator.class);
    /** A verdict serves all that ask within this time: a storm of reports costs one inspection. */
    private static final Duration VERDICT_HOLDS = Duration.ofSeconds(10);
    /** An intent older than this when the cloud is to be asked was held up: whoever took over may be minting. */
    private static final Duration INTENT_FRESH = Duration.ofSeconds(2);

    private static final int MAX_STEPS_IN_A_TURN = 10;

    private final Rotation rotation;
    private final Issuer issuer;
    private final StateStore store;
    private final Executor thread;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Supplier<String> names;
    private final Consumer<RotationEvent> told;
    private Optional<Unwritten> unwritten = Optional.empty();
    private Optional<Inspection> inspection = Optional.empty();
    private boolean stuck;
    private boolean resting;

    /**
     * @param thread one thread, on which every step is taken
     * @param random random numbers from 0 to 1, for jitter
     * @param names of mints, each unique
     */
    public TokenRotator(
            Rotation rotation,
            Issuer issuer,
            StateStore store,
            Executor thread,
            InstantSource clock,
            DoubleSupplier random,
            Supplier<String> names,
            Consumer<RotationEvent> told) {
        this.rotation = rotation;
        this.issuer = issuer;
        this.store = store;
        this.thread = thread;
        this.clock = clock;
        this.random = random;
        this.names = names;
        this.told = told;
    }

    /** What a step came to that could not be stored, yet. */
    private record Unwritten(TokenState base, TokenState next) {}

    /** A report of a refused token, and its answer. */
    private record Inspection(long version, Instant at, CompletableFuture<RejectionVerdict> verdict) {
        boolean serves(long other, Instant now) {
            return version == other && (!verdict.isDone() || now.isBefore(at.plus(VERDICT_HOLDS)));
        }
    }

    /** The token to hand out; empty while there is none that works. */
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

    /** Why there is no token, for people. */
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

    /** Does what is due. On the keeper's thread. */
    public void runOnce() {
        try {
            stuck = false;
            writeUnwritten();
            for (int step = 0; step < MAX_STEPS_IN_A_TURN && !stuck && store.isLeader() && store.isLoaded(); step++) {
                TokenState state = store.state();
                RotationDecision decision = rotation.decide(state, issuer.hasSourceChanged(state), clock.instant());
                if (!decision.applyTo(this)) {
                    idle(decision);
                    return;
                }
                resting = false;
            }
        } catch (RuntimeException bug) {
            // The thread's other turns must still come.
            LOG.error("rotation step failed", bug);
        }
    }

    /** Said once, and not at every turn. */
    private void idle(RotationDecision decision) {
        if (resting) {
            return;
        }
        resting = true;
        if (decision instanceof RotationDecision.Stop stop) {
            LOG.error("rotation stopped until {}: {}", stop.until(), stop.reason());
        } else {
            LOG.info("rotation idle");
        }
    }

    /**
     * A caller saw a token refused. Thread-safe; many may tell so at once, and the first answer of the cloud serves
     * them all.
     */
    public synchronized CompletableFuture<RejectionVerdict> rejected(long version) {
        Instant now = clock.instant();
        if (current().filter(token -> token.version() == version).isEmpty()) {
            return CompletableFuture.completedFuture(
                    current().isPresent() ? RejectionVerdict.REPLACED : RejectionVerdict.UNKNOWN);
        }
        Optional<Inspection> serving = inspection.filter(asked -> asked.serves(version, now));
        if (serving.isPresent()) {
            return serving.get().verdict();
        }
        CompletableFuture<RejectionVerdict> verdict = new CompletableFuture<>();
        inspection = Optional.of(new Inspection(version, now, verdict));
        onThread(() -> verdict.complete(inspect(version)), verdict);
        return verdict;
    }

    /** An operator wants a new token now. Whether that is stored, and will be done. */
    public CompletableFuture<Boolean> requestRotation() {
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        onThread(
                () -> {
                    stored.complete(store.isLeader() && save(store.state().withRotationRequest(), Optional.empty()));
                    runOnce();
                },
                stored);
        return stored;
    }

    private void onThread(Runnable work, CompletableFuture<?> answer) {
        try {
            thread.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException bug) {
                    answer.completeExceptionally(bug);
                }
            });
        } catch (RejectedExecutionException ending) {
            answer.completeExceptionally(ending);
        }
    }

    private RejectionVerdict inspect(long version) {
        TokenState state = store.state();
        Optional<KnownToken> suspect = state.current().filter(token -> token.version() == version);
        if (suspect.isEmpty()) {
            return RejectionVerdict.REPLACED;
        }
        told.accept(RotationEvent.INSPECTED);
        Verification proof = issuer.verify(suspect.get().value());
        if (proof instanceof Verification.Unknown unknown) {
            LOG.warn("token {} was reported as refused, but the cloud cannot be asked: {}", version, unknown.reason());
            return RejectionVerdict.UNKNOWN;
        }
        boolean refused = proof instanceof Verification.Rejected;
        if (refused != state.suspect()) {
            save(state.withSuspect(refused), Optional.empty());
        }
        if (!refused) {
            return RejectionVerdict.STILL_GOOD;
        }
        LOG.warn("the cloud does not accept token {} any more: {}", version, ((Verification.Rejected) proof).reason());
        runOnce();
        return current().filter(token -> token.version() != version).isPresent()
                ? RejectionVerdict.REPLACED
                : RejectionVerdict.UNKNOWN;
    }

    @Override
    public void issue(long version) {
        Instant begun = clock.instant();
        Intent intent = new Intent(version, names.get(), begun);
        if (!save(store.state().withIntent(intent), Optional.empty())) {
            return;
        }
        Instant now = clock.instant();
        IssueResult mint = now.isBefore(begun.plus(INTENT_FRESH))
                ? issuer.issue(intent)
                : new IssueResult.Failed("this process stood still; another may be minting");
        save(after(mint, store.state(), version), minted(mint, version));
    }

    private TokenState after(IssueResult mint, TokenState state, long version) {
        Instant now = clock.instant();
        if (mint instanceof IssueResult.Done done) {
            told.accept(RotationEvent.MINTED);
            LOG.info("token {} issued", version);
            return state.issued(done.value(), done.owner(), done.expiresAt(), now);
        }
        if (mint instanceof IssueResult.Refused refused) {
            told.accept(RotationEvent.MINT_REFUSED);
            LOG.error(
                    "the cloud refuses to make a token, {} times in a row: {}. {}. The next attempt is not before {}",
                    state.guard().failures(),
                    refused.reason(),
                    state.guard().isAlarm()
                            ? "Minting is stopped, or the cloud would lock this address out:"
                                    + " correct the credentials, restart, then order a rotation"
                            : "Check the credentials",
                    state.guard().notBefore());
            return state.issueRefused();
        }
        if (mint instanceof IssueResult.Throttled throttled) {
            told.accept(RotationEvent.MINT_THROTTLED);
            LOG.warn("no new token, again in a few minutes: {}", throttled.reason());
            return state.issueThrottled(now);
        }
        told.accept(RotationEvent.MINT_FAILED);
        TokenState next = state.issueFailed(now, random.getAsDouble());
        LOG.warn("no new token, again at {}: {}", next.guard().notBefore(), ((IssueResult.Failed) mint).reason());
        return next;
    }

    private Optional<KnownToken> minted(IssueResult mint, long version) {
        return mint instanceof IssueResult.Done done
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
        Verification proof = issuer.verify(token.value());
        if (proof instanceof Verification.Accepted accepted) {
            told.accept(RotationEvent.PROVEN);
            save(store.state().verified(token.version(), accepted.expiresAt()), Optional.empty());
            return;
        }
        boolean rejected = proof instanceof Verification.Rejected;
        told.accept(rejected ? RotationEvent.PROOF_REJECTED : RotationEvent.PROOF_UNKNOWN);
        LOG.warn(
                "token {} is not given out, since the cloud does not confirm it: {}",
                token.version(),
                rejected ? ((Verification.Rejected) proof).reason() : ((Verification.Unknown) proof).reason());
        save(store.state().verificationFailed(token.version(), clock.instant()), Optional.empty());
    }

    @Override
    public void publish(long version) {
        if (save(store.state().published(version, rotation.settings(), clock.instant()), Optional.empty())) {
            told.accept(RotationEvent.PUBLISHED);
            store.state()
                    .current()
                    .ifPresent(token -> LOG.info(
                            "token {} is published, good until {}",
                            version,
                            token.expiresAt().map(Instant::toString).orElse("revoked")));
        }
    }

    @Override
    public void revoke(KnownToken token) {
        boolean gone = issuer.revoke(token);
        told.accept(gone ? RotationEvent.REVOKED : RotationEvent.REVOKE_FAILED);
        if (gone) {
            LOG.info("token {} is revoked", token.version());
        } else {
            LOG.warn("token {} could not be revoked yet", token.version());
        }
        TokenState state = store.state();
        save(
                gone ? state.revoked(token.version()) : state.revocationFailed(token.version(), clock.instant()),
                Optional.empty());
    }

    @Override
    public void recover(Intent intent) {
        LOG.warn("the mint of token {} was interrupted; what it left behind is looked for", intent.version());
        if (issuer.recover(intent)) {
            told.accept(RotationEvent.RECOVERED);
            save(store.state().recovered(), Optional.empty());
        } else {
            stuck = true;
        }
    }

    private boolean save(TokenState next, Optional<KnownToken> minted) {
        Unwritten step = new Unwritten(store.state(), next);
        try {
            boolean written = store.replace(step.base(), next);
            if (!written) {
                lost();
                minted.ifPresent(this::revokeUnknown);
            }
            return written;
        } catch (IOException failed) {
            told.accept(RotationEvent.STATE_UNWRITTEN);
            LOG.warn("a step of the rotation could not be stored; it is tried again: {}", failed.getMessage());
            stuck = true;
            unwritten = minted.isPresent() ? Optional.of(step) : Optional.empty();
            return false;
        }
    }

    /**
     * A new token exists only here until it is stored: that is not given up while this replica leads. Whether the first
     * try was done after all is not known, so the token is not revoked if this one is not: either the state has it, or
     * it has the intent.
     */
    private void writeUnwritten() {
        if (unwritten.isEmpty()) {
            return;
        }
        Unwritten step = unwritten.get();
        try {
            if (store.isLoaded() && store.isLeader()) {
                unwritten = Optional.empty();
                store.replace(step.base(), step.next());
            }
        } catch (IOException failed) {
            LOG.warn("a new token could still not be stored: {}", failed.getMessage());
            unwritten = Optional.of(step);
            stuck = true;
        }
    }

    private void lost() {
        stuck = true;
        told.accept(RotationEvent.LEADERSHIP_LOST);
        LOG.warn("another replica is the leader; the last step of this one was not stored");
    }

    /** Nobody else will ever know of it. */
    private void revokeUnknown(KnownToken token) {
        LOG.info("orphaned token {} {}", token.version(), issuer.revoke(token) ? "revoked" : "left to end by itself");
    }
}
