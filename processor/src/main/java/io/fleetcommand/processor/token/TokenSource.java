package io.fleetcommand.processor.token;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current token, held in memory only. One thread waits at the token-service for a newer one, so that it is here
 * long before the old one ends; another tells of refusals. Callers read what is there and never wait; while the
 * token-service is away they work on with what they have, for as long as it lives.
 */
public final class TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSource.class);
    /** For so long at most a replica that has fallen behind is believed. */
    private static final Duration WAIT = Duration.ofSeconds(20);

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(15);
    private static final Duration REPORT_AGAIN = Duration.ofSeconds(30);

    private final TokenClient client;
    private final ScheduledExecutorService threads;
    private final InstantSource clock;
    private final DoubleSupplier chance;
    private final AtomicLong reported = new AtomicLong();
    private volatile Optional<TokenOffer> offer = Optional.empty();
    private volatile Instant heldSince = Instant.EPOCH;
    private int failures;

    /**
     * @param http its time-outs bound each short call
     * @param services the replicas of the token-service
     * @param caller by which the token-service knows this caller
     * @param threads two: one waits, one reports
     * @param chance random numbers from 0 to 1, for jitter
     */
    public TokenSource(
            OkHttpClient http,
            List<HttpUrl> services,
            Secret caller,
            ScheduledExecutorService threads,
            InstantSource clock,
            DoubleSupplier chance) {
        this.client = new TokenClient(http, services, caller);
        this.threads = threads;
        this.clock = clock;
        this.chance = chance;
    }

    public void start() {
        threads.execute(this::watch);
    }

    /** The token to call with; empty while there is none, or only one that has ended. */
    public Optional<AccessToken> current() {
        Instant now = clock.instant();
        return offer.filter(held -> held.isUsableAt(now)).map(TokenOffer::token);
    }

    /** For how long the current token has been at hand; zero while there is none. */
    public Duration age() {
        return current().isPresent() ? Duration.between(heldSince, clock.instant()) : Duration.ZERO;
    }

    /** The cloud did not accept a token. The first report of a version is passed on; its repeats are not. */
    public void rejected(long version) {
        long before = reported.getAndUpdate(last -> Math.max(last, version));
        if (version > before && version >= held()) {
            later(this::report, Duration.ZERO);
        }
    }

    private void report() {
        long version = reported.get();
        try {
            String verdict = client.reject(version).orElse("nothing");
            LOG.warn("the cloud did not accept token {}; the token-service says {}", version, verdict);
            if (!verdict.equals("replaced")) {
                // Should the cloud go on refusing it, the next report may be passed on after a while.
                later(() -> reported.compareAndSet(version, version - 1), REPORT_AGAIN);
            }
            client.newer(version).ifPresent(this::take);
        } catch (IOException failed) {
            LOG.warn("the refusal of token {} could not be reported: {}", version, failed.getMessage());
            later(() -> reported.compareAndSet(version, version - 1), FIRST_RETRY);
        }
    }

    /** On one thread: each turn begins when the last has ended. */
    private void watch() {
        Duration next = Duration.ZERO;
        try {
            Optional<TokenOffer> offered = client.await(held(), WAIT);
            if (offered.isEmpty() || take(offered.get())) {
                failures = 0;
            } else {
                // A replica that has fallen behind would answer at once, again and again.
                next = backoff();
            }
        } catch (IOException failed) {
            next = backoff();
            failures++;
            LOG.warn("no token from the token-service, again in {} ms: {}", next.toMillis(), failed.getMessage());
        }
        later(this::watch, next);
    }

    private long held() {
        return offer.map(held -> held.token().version()).orElse(0L);
    }

    /** Whether it was a newer one, or the one at hand is of no use any more. */
    private synchronized boolean take(TokenOffer offered) {
        if (!offered.isNewerThan(held()) && current().isPresent()) {
            return false;
        }
        heldSince = clock.instant();
        offer = Optional.of(offered);
        LOG.info(
                "token {} is at hand, good until {}",
                offered.token().version(),
                offered.expiresAt().map(Instant::toString).orElse("revoked"));
        return true;
    }

    private Duration backoff() {
        double full = Math.min(LAST_RETRY.toMillis(), FIRST_RETRY.toMillis() * Math.pow(2, Math.min(failures, 10)));
        return Duration.ofMillis(Math.round(full * (1 - 0.5 * chance.getAsDouble())));
    }

    private void later(Runnable work, Duration delay) {
        try {
            threads.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ending) {
            LOG.debug("the process ends; the token is not looked after any more");
        }
    }
}
