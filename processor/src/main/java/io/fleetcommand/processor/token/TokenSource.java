package io.fleetcommand.processor.token;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Backoff;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the current token, in memory only. One thread long-polls the token-service for a newer token, so that it
 * arrives long before the old one expires; another reports rejections. {@link #current()} never blocks; while the
 * token-service is unavailable the known token is used until it expires. Thread-safe.
 */
public final class TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSource.class);
    /** Wait of one long poll, and so the longest time for which a replica that lags is trusted. */
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(20);

    /**
     * Pause between two polls: at least a second whatever their result, so that a service that responds at once is not
     * polled in a busy loop.
     */
    private static final Backoff PAUSE = new Backoff(1_500, 2, 15_000, 1.0 / 3);

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(30);
    /** Validity of a verdict: longer than the back-off of a request, so that all pending retries see it. */
    private static final Duration VERDICT_TTL = Duration.ofMinutes(2);

    private static final String STILL_GOOD = "still_good";

    private final TokenClient client;
    private final ScheduledExecutorService threads;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final AtomicLong reported = new AtomicLong();
    private volatile Optional<TokenOffer> offer = Optional.empty();
    private volatile Instant heldSince = Instant.EPOCH;
    private volatile Optional<Confirmed> confirmed = Optional.empty();
    /** Consecutive failures; each counter is updated by one of the two threads at a time. */
    private final AtomicInteger failedPolls = new AtomicInteger();

    private final AtomicInteger failedReports = new AtomicInteger();

    /**
     * @param http client whose timeouts bound each call that is not a long poll
     * @param services the replicas of the token-service
     * @param secret authenticates this processor to the token-service
     * @param threads two threads: one polls, one reports
     * @param random uniform random numbers in [0, 1), for jitter
     */
    public TokenSource(
            OkHttpClient http,
            List<HttpUrl> services,
            Secret secret,
            ScheduledExecutorService threads,
            InstantSource clock,
            DoubleSupplier random) {
        this.client = new TokenClient(http, services, secret);
        this.threads = threads;
        this.clock = clock;
        this.random = random;
    }

    public void start() {
        threads.execute(this::poll);
    }

    /** The token to call with; empty if there is none, or it has expired. */
    public Optional<AccessToken> current() {
        Instant now = clock.instant();
        return offer.filter(held -> held.isUsableAt(now)).map(TokenOffer::token);
    }

    /** How long the current token has been held; zero if there is none. */
    public Duration age() {
        return current().isPresent() ? Duration.between(heldSince, clock.instant()) : Duration.ZERO;
    }

    /**
     * Reports that the cloud rejected a token. Only the first report of a version is passed on to the token-service;
     * repeats are dropped for a while.
     *
     * @return whether the token-service has recently confirmed that the token is valid
     */
    public boolean rejected(long version) {
        long before = reported.getAndUpdate(last -> Math.max(last, version));
        if (version > before && version >= held()) {
            schedule(this::report, Duration.ZERO);
        }
        return confirmed.filter(good -> good.holds(version, clock.instant())).isPresent();
    }

    private void report() {
        long version = reported.get();
        Duration delay = REPORT_INTERVAL;
        try {
            String verdict = client.reject(version).orElse("nothing");
            failedReports.set(0);
            confirmed = Optional.of(verdict)
                    .filter(STILL_GOOD::equals)
                    .map(good -> new Confirmed(version, clock.instant().plus(VERDICT_TTL)));
            LOG.warn("token {} rejected by the cloud; verdict of the token-service: {}", version, verdict);
            client.newer(version).ifPresent(this::accept);
        } catch (IOException failed) {
            delay = pause(failedReports.getAndIncrement());
            LOG.warn("rejection of token {} not reported to the token-service: {}", version, failed.getMessage());
        } catch (RuntimeException unexpected) {
            delay = pause(failedReports.getAndIncrement());
            LOG.error(
                    "rejection of token {} not reported to the token-service: {}",
                    version,
                    unexpected.getClass().getName());
            LOG.debug("stack trace", unexpected);
        } finally {
            // If the cloud keeps rejecting the token, the next report is passed on after a while.
            schedule(() -> reported.compareAndSet(version, version - 1), delay);
        }
    }

    /** One poll, which schedules the next one when it ends, even if it fails. */
    private void poll() {
        Duration next = Duration.ofMillis(PAUSE.maxMs());
        try {
            Optional<TokenOffer> offered = client.await(held(), POLL_TIMEOUT);
            boolean success = offered.isEmpty() || accept(offered.get());
            // A replica that lags would respond at once with the old token, again and again.
            next = pause(success ? 0 : failedPolls.incrementAndGet());
            if (success) {
                failedPolls.set(0);
            }
        } catch (IOException failed) {
            next = pause(failedPolls.getAndIncrement());
            LOG.warn("no token from the token-service, retry in {} ms: {}", next.toMillis(), failed.getMessage());
        } catch (RuntimeException unexpected) {
            next = pause(failedPolls.getAndIncrement());
            // The message may quote the response.
            LOG.error(
                    "no token from the token-service, retry in {} ms: {}",
                    next.toMillis(),
                    unexpected.getClass().getName());
            LOG.debug("stack trace", unexpected);
        } finally {
            schedule(this::poll, next);
        }
    }

    private long held() {
        return offer.map(held -> held.token().version()).orElse(0L);
    }

    /**
     * Accepts an offered token.
     *
     * @return false if it is not newer and the current one is still usable
     */
    private synchronized boolean accept(TokenOffer offered) {
        if (!offered.isNewerThan(held()) && current().isPresent()) {
            return false;
        }
        heldSince = clock.instant();
        offer = Optional.of(offered);
        LOG.info(
                "token {} received, valid until {}",
                offered.token().version(),
                offered.expiresAt().map(Instant::toString).orElse("revoked"));
        return true;
    }

    /** @param failures consecutive failures, 0 for the shortest pause */
    private Duration pause(int failures) {
        return PAUSE.delay(failures + 1, random.getAsDouble());
    }

    /** The token-service confirmed that a token is valid that the cloud had rejected. */
    private record Confirmed(long version, Instant until) {
        boolean holds(long rejectedVersion, Instant now) {
            return version == rejectedVersion && now.isBefore(until);
        }
    }

    private void schedule(Runnable task, Duration delay) {
        try {
            threads.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException shutdown) {
            LOG.debug("shutting down; token polling ends");
        }
    }
}
