package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports by callers that the cloud rejected the current token, each answered with a verdict. Concurrent reports of one
 * version share a verification at the cloud. Thread-safe, guarded by {@code this}; the verification and what follows
 * from it are confined to the rotator thread.
 */
final class RejectionReports {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionReports.class);
    /** Reports within this time of a verdict share it: a burst of reports causes one verification. */
    private static final Duration VERDICT_TTL = Duration.ofSeconds(10);

    private final StateStore store;
    private final Issuer issuer;
    private final StateWriter writer;
    private final RotatorThread thread;
    private final InstantSource clock;
    private final Consumer<RotationEvent> events;
    private final Runnable rotation;
    private Optional<Inspection> latest = Optional.empty();

    /** @param rotation executes the steps that are due, on the rotator thread */
    RejectionReports(
            StateStore store,
            Issuer issuer,
            StateWriter writer,
            RotatorThread thread,
            InstantSource clock,
            Consumer<RotationEvent> events,
            Runnable rotation) {
        this.store = store;
        this.issuer = issuer;
        this.writer = writer;
        this.thread = thread;
        this.clock = clock;
        this.events = events;
        this.rotation = rotation;
    }

    /** The check of a token that was reported as rejected. */
    private record Inspection(long version, Instant at, CompletableFuture<RejectionVerdict> verdict) {
        boolean appliesTo(long other, Instant now) {
            return version == other && (!verdict.isDone() || now.isBefore(at.plus(VERDICT_TTL)));
        }
    }

    synchronized CompletableFuture<RejectionVerdict> report(long version) {
        Instant now = clock.instant();
        Optional<Long> current = currentVersion();
        if (current.filter(served -> served == version).isEmpty()) {
            return CompletableFuture.completedFuture(
                    current.isPresent() ? RejectionVerdict.REPLACED : RejectionVerdict.UNKNOWN);
        }
        if (latest.filter(earlier -> earlier.appliesTo(version, now)).isEmpty()) {
            latest = Optional.of(new Inspection(version, now, thread.submit(() -> inspect(version))));
        }
        return latest.get().verdict();
    }

    private Optional<Long> currentVersion() {
        return store.state().usable(clock.instant()).map(KnownToken::version);
    }

    private RejectionVerdict inspect(long version) {
        TokenState state = store.state();
        Optional<KnownToken> reported = state.current().filter(token -> token.version() == version);
        if (reported.isEmpty()) {
            return RejectionVerdict.REPLACED;
        }
        events.accept(RotationEvent.INSPECTED);
        Verification verification = issuer.verify(reported.get().value());
        if (verification instanceof Verification.Unknown unknown) {
            LOG.warn("token {} was reported as rejected, but cannot be verified: {}", version, unknown.reason());
            return RejectionVerdict.UNKNOWN;
        }
        boolean suspect = verification instanceof Verification.Rejected;
        if (suspect != state.suspect()) {
            writer.write(state.withSuspect(suspect));
        }
        return verification instanceof Verification.Rejected rejected
                ? replace(version, rejected.reason())
                : RejectionVerdict.STILL_GOOD;
    }

    private RejectionVerdict replace(long version, String reason) {
        LOG.warn("token {} is rejected by the cloud and will be replaced: {}", version, reason);
        rotation.run();
        return currentVersion().filter(served -> served != version).isPresent()
                ? RejectionVerdict.REPLACED
                : RejectionVerdict.UNKNOWN;
    }
}
