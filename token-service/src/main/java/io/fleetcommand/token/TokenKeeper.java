package io.fleetcommand.token;

import io.fleetcommand.service.AccessToken;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a good token at hand. All minting and proving is done under one lock, one at a time for all callers; readers of
 * the token take no lock.
 */
final class TokenKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeeper.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Cloud cloud;
    private final InstantSource clock;
    private final DoubleSupplier chance;
    private volatile Rotation rotation;

    TokenKeeper(Cloud cloud, double renewFraction, InstantSource clock, DoubleSupplier chance) {
        this.cloud = cloud;
        this.clock = clock;
        this.chance = chance;
        this.rotation = Rotation.starting(renewFraction, clock.instant());
    }

    void start(ScheduledExecutorService thread) {
        thread.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The token to hand out; empty while there is none that works. */
    Optional<HeldToken> current() {
        return rotation.usable(clock.instant());
    }

    /** Whether minting was given up, since the cloud does not accept the client's credentials. */
    boolean isHalted() {
        return rotation.isHalted();
    }

    /** Renews the token if that is due. */
    synchronized void look() {
        if (rotation.isDue(clock.instant())) {
            rotation = after(cloud.mint());
        }
    }

    /** A caller saw a token refused. Many may tell so at once: the first answer of the cloud serves them all. */
    synchronized Verdict rejected(long version) {
        Optional<AccessToken> suspect = current().map(HeldToken::token).filter(token -> token.version() == version);
        if (suspect.isEmpty()) {
            return Verdict.REPLACED;
        }
        Optional<Boolean> good = cloud.accepts(suspect.get().value());
        if (good.isEmpty()) {
            return Verdict.UNKNOWN;
        }
        if (good.get()) {
            return Verdict.STILL_GOOD;
        }
        LOG.warn("the cloud does not accept token {} any more; it is replaced", version);
        rotation = rotation.withdrawn(version, clock.instant());
        look();
        return Verdict.REPLACED;
    }

    private Rotation after(Mint mint) {
        if (mint instanceof Mint.Done done) {
            Rotation next = rotation.minted(done, clock.instant());
            HeldToken fresh = next.held().orElseThrow();
            LOG.info("token {} is good until {}", fresh.token().version(), fresh.expiresAt());
            return next;
        }
        if (mint instanceof Mint.Refused refused) {
            Rotation next = rotation.refused(clock.instant());
            LOG.error(
                    "the cloud refuses to make a token, {} of {} times: {}. {}",
                    next.refusals(),
                    Rotation.MOST_REFUSALS,
                    refused.why(),
                    next.isHalted()
                            ? "No further attempt is made, or the cloud would lock this address out:"
                                    + " correct client.id and client.secret and restart"
                            : "Check client.id and client.secret");
            return next;
        }
        Rotation next = rotation.failed(clock.instant(), chance.getAsDouble());
        LOG.warn("no new token, again at {}: {}", next.nextTry(), ((Mint.Failed) mint).why());
        return next;
    }
}
