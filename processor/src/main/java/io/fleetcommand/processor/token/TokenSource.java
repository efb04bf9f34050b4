package io.fleetcommand.processor.token;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * The current token. It is fetched in the background by one thread, ahead of its end; callers read what is there and
 * never wait.
 */
public final class TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSource.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(15);
    /** A token that lives long is looked after all the same, since it can be replaced at any time. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final TokenClient client;
    private final ScheduledExecutorService thread;
    private final InstantSource clock;
    private final DoubleSupplier chance;
    private final AtomicLong reported = new AtomicLong();
    private volatile Optional<TokenOffer> offer = Optional.empty();
    private volatile Instant heldSince = Instant.EPOCH;
    private int failures;

    /**
     * @param http used for short calls only; its time-outs bound them
     * @param caller by which the token-service knows this caller
     * @param thread one thread, on which all fetching is done
     * @param chance random numbers from 0 to 1, for jitter
     */
    public TokenSource(
            OkHttpClient http,
            HttpUrl service,
            Secret caller,
            ScheduledExecutorService thread,
            InstantSource clock,
            DoubleSupplier chance) {
        this.client = new TokenClient(http, service, caller);
        this.thread = thread;
        this.clock = clock;
        this.chance = chance;
    }

    public void start() {
        thread.execute(this::refresh);
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
        if (version > before) {
            later(this::report, Duration.ZERO);
        }
    }

    private void report() {
        long version = reported.get();
        try {
            String verdict = client.reject(version);
            LOG.warn("the cloud did not accept token {}; the token-service says {}", version, verdict);
            if (!verdict.equals("replaced")) {
                // Should the cloud go on refusing it, the next report may be passed on after a while.
                later(() -> reported.compareAndSet(version, version - 1), LOOK_AGAIN);
            }
            fetch();
        } catch (IOException failed) {
            LOG.warn("the refusal of token {} could not be reported: {}", version, failed.getMessage());
            later(() -> reported.compareAndSet(version, version - 1), FIRST_RETRY);
        }
    }

    private void refresh() {
        Duration next;
        try {
            fetch();
            failures = 0;
            next = untilNextLook();
        } catch (IOException failed) {
            failures++;
            next = backoff();
            LOG.warn("no token from the token-service, again in {} ms: {}", next.toMillis(), failed.getMessage());
        }
        later(this::refresh, next);
    }

    private void fetch() throws IOException {
        TokenOffer fetched = client.fetch();
        if (offer.filter(held -> held.token().version() == fetched.token().version())
                .isEmpty()) {
            heldSince = clock.instant();
            LOG.info("token {} is at hand, good until {}", fetched.token().version(), fetched.expiresAt());
        }
        offer = Optional.of(fetched);
    }

    private Duration untilNextLook() {
        Duration untilRefresh = offer.map(held -> Duration.between(clock.instant(), held.refreshAfter()))
                .orElse(Duration.ZERO);
        Duration soonest = untilRefresh.compareTo(FIRST_RETRY) < 0 ? backoff() : untilRefresh;
        return soonest.compareTo(LOOK_AGAIN) < 0 ? soonest : LOOK_AGAIN;
    }

    private Duration backoff() {
        double full = Math.min(LAST_RETRY.toMillis(), FIRST_RETRY.toMillis() * Math.pow(2, Math.min(failures, 10)));
        return Duration.ofMillis(Math.round(full * (1 - 0.5 * chance.getAsDouble())));
    }

    private void later(Runnable work, Duration delay) {
        try {
            thread.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ending) {
            LOG.debug("the process ends; the token is not looked after any more");
        }
    }
}
