package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotation.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the rotation at the cloud, each with the state that it leads to. Confined to the rotator thread. */
final class RotationSteps implements RotationDecision.Executor {
    private static final Logger LOG = LoggerFactory.getLogger(RotationSteps.class);
    /** An intent older than this before its request is sent is stale: a new leader may be issuing a token already. */
    private static final Duration MAX_INTENT_AGE = Duration.ofSeconds(2);

    private final RotationSettings settings;
    private final Issuer issuer;
    private final StateStore store;
    private final StateWriter writer;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Supplier<String> intentNames;
    private final Consumer<RotationEvent> events;

    RotationSteps(
            RotationSettings settings,
            Issuer issuer,
            StateStore store,
            StateWriter writer,
            InstantSource clock,
            DoubleSupplier random,
            Supplier<String> intentNames,
            Consumer<RotationEvent> events) {
        this.settings = settings;
        this.issuer = issuer;
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        this.random = random;
        this.intentNames = intentNames;
        this.events = events;
    }

    @Override
    public boolean issue(long version) {
        Instant startedAt = clock.instant();
        Intent intent = new Intent(version, intentNames.get(), startedAt);
        if (!writer.write(store.state().withIntent(intent))) {
            return false;
        }
        IssueResult result = clock.instant().isBefore(startedAt.plus(MAX_INTENT_AGE))
                ? issuer.issue(intent)
                : new IssueResult.Failed("this process was paused; another leader may be issuing a token");
        return result instanceof IssueResult.Done done
                ? issued(version, done)
                : writer.write(notIssued(result, store.state()));
    }

    private boolean issued(long version, IssueResult.Done done) {
        Instant now = clock.instant();
        events.accept(RotationEvent.MINTED);
        LOG.info("token {} issued", version);
        return writer.writeIssued(
                store.state().issued(done.value(), done.owner(), done.expiresAt(), now),
                new KnownToken(version, done.value(), done.owner(), now, done.expiresAt(), TokenPhase.RETIRED, now));
    }

    private TokenState notIssued(IssueResult result, TokenState state) {
        Instant now = clock.instant();
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

    @Override
    public boolean verify(KnownToken token) {
        Verification verification = issuer.verify(token.value());
        if (verification instanceof Verification.Accepted accepted) {
            events.accept(RotationEvent.PROVEN);
            return writer.write(store.state().verified(token.version(), accepted.expiresAt()));
        }
        boolean rejected = verification instanceof Verification.Rejected;
        events.accept(rejected ? RotationEvent.PROOF_REJECTED : RotationEvent.PROOF_UNKNOWN);
        LOG.warn(
                "token {} not published, verification failed: {}",
                token.version(),
                rejected
                        ? ((Verification.Rejected) verification).reason()
                        : ((Verification.Unknown) verification).reason());
        return writer.write(store.state().verificationFailed(token.version(), clock.instant()));
    }

    @Override
    public boolean publish(long version) {
        TokenState next = store.state().published(version, settings, clock.instant());
        if (!writer.write(next)) {
            return false;
        }
        events.accept(RotationEvent.PUBLISHED);
        next.current()
                .ifPresent(token -> LOG.info(
                        "token {} published, valid until {}",
                        version,
                        token.expiresAt().map(Instant::toString).orElse("revoked")));
        return true;
    }

    @Override
    public boolean revoke(KnownToken token) {
        if (issuer.revoke(token)) {
            events.accept(RotationEvent.REVOKED);
            LOG.info("token {} revoked", token.version());
            return writer.write(store.state().revoked(token.version()));
        }
        events.accept(RotationEvent.REVOKE_FAILED);
        LOG.warn("token {} not revoked yet, will retry", token.version());
        return writer.write(store.state().revocationFailed(token.version(), clock.instant()));
    }

    @Override
    public boolean recover(Intent intent) {
        LOG.warn("issuing of token {} was interrupted; recovering", intent.version());
        if (!issuer.recover(intent)) {
            return false;
        }
        events.accept(RotationEvent.RECOVERED);
        return writer.write(store.state().recovered());
    }
}
