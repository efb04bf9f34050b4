package io.fleetcommand.token.api;

import io.fleetcommand.service.http.ClientWatch;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotator.RejectionVerdict;
import io.fleetcommand.token.rotator.TokenRotator;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;

/** The calls of readers: fetching the token, with long polls, and reporting a rejected one. Thread-safe. */
final class ReaderRoutes {
    private static final Duration VERDICT_TIMEOUT = Duration.ofSeconds(8);

    private final TokenRotator rotator;
    private final LongPollWaiters waiters;
    private final Executor threads;
    private final AtomicLong publishedVersion = new AtomicLong();

    /** @param threads the threads on which postponed responses are written */
    ReaderRoutes(TokenRotator rotator, LongPollWaiters waiters, Executor threads) {
        this.rotator = rotator;
        this.waiters = waiters;
        this.threads = threads;
    }

    /** Completes the long polls if the current token has changed. */
    void notifyWaiters() {
        long now = rotator.current().map(KnownToken::version).orElse(0L);
        if (publishedVersion.getAndSet(now) != now) {
            waiters.notifyWaiters();
        }
    }

    void token(ApiExchange exchange) {
        Optional<Duration> wait = waitParameter(exchange);
        if (wait.isEmpty()) {
            exchange.error(400, "wait_ms must be a number from 0 to " + LongPollWaiters.MAX_WAIT.toMillis());
            return;
        }
        String knownTag = exchange.header(HttpHeader.IF_NONE_MATCH).orElse("");
        if (isNewerThan(knownTag) || wait.get().isZero()) {
            sendToken(exchange, knownTag);
        } else {
            longPoll(exchange, knownTag, wait.get());
        }
    }

    private static Optional<Duration> waitParameter(ApiExchange exchange) {
        try {
            return Optional.of(exchange.query("wait_ms").orElse("0"))
                    .filter(digits -> digits.matches("[0-9]{1,6}"))
                    .map(digits -> Duration.ofMillis(Long.parseLong(digits)))
                    .filter(wait -> wait.compareTo(LongPollWaiters.MAX_WAIT) <= 0);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private void longPoll(ApiExchange exchange, String knownTag, Duration wait) {
        ClientWatch client = exchange.clientWatch();
        CompletableFuture<Void> waiter = waiters.await(exchange.caller().name(), wait);
        // A newer token may have been published before the wait was registered.
        if (isNewerThan(knownTag)) {
            waiter.complete(null);
        }
        client.start(() -> waiter.complete(null));
        exchange.respondWhen(waiter, threads, nothing -> {
            client.stop();
            sendToken(exchange, knownTag);
        });
    }

    private boolean isNewerThan(String knownTag) {
        return rotator.current().filter(token -> !tag(token).equals(knownTag)).isPresent();
    }

    private static String tag(KnownToken token) {
        return '"' + Long.toString(token.version()) + '"';
    }

    private void sendToken(ApiExchange exchange, String knownTag) {
        Optional<KnownToken> current = rotator.current();
        if (current.isEmpty()) {
            exchange.error(503, rotator.unavailableReason());
            return;
        }
        KnownToken token = current.get();
        exchange.setTokenVersion(token.version());
        exchange.setHeader(HttpHeader.ETAG, tag(token));
        if (tag(token).equals(knownTag)) {
            exchange.notModified();
            return;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", token.version());
        body.put("value", token.value().reveal());
        body.put("expires_at", token.expiresAt().map(Instant::toString).orElse(null));
        body.put("refresh_after", token.due().toString());
        exchange.send(200, body);
    }

    /** @param version the version in the path, unchecked */
    void rejection(ApiExchange exchange, String version) {
        if (!version.matches("[0-9]{1,18}")) {
            exchange.error(400, "the version must be a number");
            return;
        }
        if (!rotator.isLeader()) {
            exchange.misdirected();
            return;
        }
        exchange.setTokenVersion(Long.parseLong(version));
        // A copy for each caller: the timeout of one must not complete the future of the others.
        CompletableFuture<RejectionVerdict> verdict = rotator.rejected(Long.parseLong(version))
                .copy()
                .completeOnTimeout(RejectionVerdict.UNKNOWN, VERDICT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        exchange.respondWhen(
                verdict,
                threads,
                found -> exchange.send(200, Map.of("verdict", found.name().toLowerCase(Locale.ROOT))));
    }
}
