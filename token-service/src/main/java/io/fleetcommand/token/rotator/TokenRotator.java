package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.LockoutGuard;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.TokenState;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the decisions of {@link Rotation} and executes them while its replica is the leader. Each step is stored before
 * the next.
 *
 * <p>Thread-safe. Steps are confined to the rotator thread; {@link #current()} and {@link #status()} do not block.
 */
public final class TokenRotator {
    private static final Logger LOG = LoggerFactory.getLogger(TokenRotator.class);
    private static final int MAX_STEPS_PER_RUN = 10;

    private final Rotation rotation;
    private final Issuer issuer;
    private final StateStore store;
    private final InstantSource clock;
    private final RotatorThread thread;
    private final StateWriter writer;
    private final RotationSteps steps;
    private final RejectionReports rejections;
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
        this.clock = clock;
        this.thread = new RotatorThread(executor);
        this.writer = new StateWriter(store, issuer, events);
        this.steps = new RotationSteps(rotation.settings(), issuer, store, writer, clock, random, intentNames, events);
        this.rejections = new RejectionReports(store, issuer, writer, thread, clock, events, this::runOnce);
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
            return "issuing is stopped: " + guard.failures() + " consecutive attempts to issue a token have failed;"
                    + " correct the credentials, then request a rotation";
        }
        return guard.failures() > 0
                ? "issuing a token failed; next retry not before " + guard.notBefore()
                : "no token has been issued yet";
    }

    /** Executes the steps that are due. Confined to the rotator thread. */
    public void runOnce() {
        try {
            boolean stored = writer.retryPending();
            for (int step = 0; step < MAX_STEPS_PER_RUN && stored && store.isLeader() && store.isLoaded(); step++) {
                TokenState state = store.state();
                RotationDecision decision = rotation.decide(state, issuer.hasSourceChanged(state), clock.instant());
                logIfIdle(decision);
                stored = decision.applyTo(steps);
            }
        } catch (RuntimeException bug) {
            // An exception would cancel the periodic execution.
            LOG.error("rotation step failed", bug);
        }
    }

    /** Logs when the rotation becomes idle, not in every run. */
    private void logIfIdle(RotationDecision decision) {
        if (!decision.isIdle()) {
            idleLogged = false;
            return;
        }
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

    /** Verifies a token that a caller reported as rejected by the cloud. */
    public CompletableFuture<RejectionVerdict> rejected(long version) {
        return rejections.report(version);
    }

    /** Requests a rotation now. Completes with whether the request was stored; a stored one survives a crash. */
    public CompletableFuture<Boolean> requestRotation() {
        CompletableFuture<Boolean> stored = thread.submit(
                () -> store.isLeader() && writer.write(store.state().withRotationRequest()));
        stored.thenRunAsync(this::runOnce, thread.executor());
        return stored;
    }
}
