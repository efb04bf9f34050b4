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
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Between two turns, however they end: a service that answers at once is not asked thousands of times a second. */
    static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration REPORT_AGAIN = Duration.ofSeconds(30);
    /** For so long a verdict holds: longer than a request waits between two attempts, so that all of them meet it. */
    private static final Duration VERDICT_HOLDS = Duration.ofMinutes(2);

    private static final String STILL_GOOD = "still_good";
    /** Share of a pause that is left to chance, on top of it. */
    private static final double JITTER = 0.5;

    private final TokenClient client;
    private final ScheduledExecutorService threads;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final AtomicLong reported = new AtomicLong();
    private volatile Optional<TokenOffer> offer = Optional.empty();
    private volatile Instant heldSince = Instant.EPOCH;
    private volatile Optional<Confirmed> confirmed = Optional.empty();
    /** In a row; each is touched by one of the two threads at a time. */
    private final AtomicInteger failedTurns = new AtomicInteger();

    private final AtomicInteger failedReports = new AtomicInteger();

    /**
     * @param http its time-outs bound each short call
     * @param services the replicas of the token-service
     * @param caller by which the token-service knows this caller
     * @param threads two: one waits, one reports
     * @param random random numbers from 0 to 1, for jitter
     */
    public TokenSource(
            OkHttpClient http,
            List<HttpUrl> services,
            Secret caller,
            ScheduledExecutorService threads,
            InstantSource clock,
            DoubleSupplier random) {
        this.client = new TokenClient(http, services, caller);
        this.threads = threads;
        this.clock = clock;
        this.random = random;
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

    /**
     * The cloud did not accept a token. The first report of a version is passed on; its repeats, for a while, are not.
     *
     * @return whether the token-service has said of late that the token is good all the same
     */
    public boolean rejected(long version) {
        long before = reported.getAndUpdate(last -> Math.max(last, version));
        if (version > before && version >= held()) {
            later(this::report, Duration.ZERO);
        }
        return confirmed.filter(good -> good.holds(version, clock.instant())).isPresent();
    }

    private void report() {
        long version = reported.get();
        Duration again = REPORT_AGAIN;
        try {
            String verdict = client.reject(version).orElse("nothing");
            failedReports.set(0);
            confirmed = Optional.of(verdict)
                    .filter(STILL_GOOD::equals)
                    .map(good -> new Confirmed(version, clock.instant().plus(VERDICT_HOLDS)));
            LOG.warn("the cloud did not accept token {}; the token-service says {}", version, verdict);
            client.newer(version).ifPresent(this::take);
        } catch (IOException failed) {
            again = pause(failedReports.getAndIncrement());
            LOG.warn("the refusal of token {} could not be reported: {}", version, failed.getMessage());
        } catch (RuntimeException bug) {
            again = pause(failedReports.getAndIncrement());
            LOG.error(
                    "the refusal of token {} could not be reported: {}",
                    version,
                    bug.getClass().getName());
            LOG.debug("stack trace", bug);
        } finally {
            // Should the cloud go on refusing it, the next report may be passed on after a while.
            later(() -> reported.compareAndSet(version, version - 1), again);
        }
    }

    /** On one thread: each turn begins when the last has ended, and a turn that fails in any way is followed by another. */
    private void watch() {
        Duration next = LONGEST_PAUSE;
        try {
            Optional<TokenOffer> offered = client.await(held(), WAIT);
            boolean fine = offered.isEmpty() || take(offered.get());
            // A replica that has fallen behind would answer at once, again and again.
            next = pause(fine ? 0 : failedTurns.incrementAndGet());
            if (fine) {
                failedTurns.set(0);
            }
        } catch (IOException failed) {
            next = pause(failedTurns.getAndIncrement());
            LOG.warn("no token from the token-service, again in {} ms: {}", next.toMillis(), failed.getMessage());
        } catch (RuntimeException bug) {
            next = pause(failedTurns.getAndIncrement());
            // Its message may quote what was read.
            LOG.error(
                    "no token from the token-service, again in {} ms: {}",
                    next.toMillis(),
                    bug.getClass().getName());
            LOG.debug("stack trace", bug);
        } finally {
            later(this::watch, next);
        }
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

    /** The longer, the more failures there were in a row; never shorter than the shortest. */
    private Duration pause(int failures) {
        double full = SHORTEST_PAUSE.toMillis() * Math.pow(2, Math.min(failures, 10)) * (1 + JITTER);
        double bounded = Math.min(LONGEST_PAUSE.toMillis(), full);
        return Duration.ofMillis(Math.round(bounded * (1 + JITTER * random.getAsDouble()) / (1 + JITTER)));
    }

    /** The token-service has found a token good that the cloud had refused. */
    private record Confirmed(long version, Instant until) {
        boolean holds(long refused, Instant now) {
            return version == refused && now.isBefore(until);
        }
    }

    private void later(Runnable work, Duration delay) {
        try {
            threads.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ending) {
            LOG.debug("the process ends; the token is not looked after any more");
        }
    }
}
