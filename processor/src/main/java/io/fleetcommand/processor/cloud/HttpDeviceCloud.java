package io.fleetcommand.processor.cloud;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.AccessToken;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * The device cloud over HTTP. A call is sent at most once: every way in which OkHttp retries a request by itself is
 * disabled, since a second POST runs the function a second time. A failure is NOT_SENT if no byte of the request can
 * have been sent, or if the server reports that it has not processed it; else it is UNCERTAIN.
 */
public final class HttpDeviceCloud implements DeviceCloud {
    /** Keep-alive below the idle timeout after which load balancers silently drop a connection. */
    private static final long KEEP_ALIVE_SECONDS = 30;

    private final OkHttpClient client;
    private final Executor threads;
    private final DeviceUrls urls;
    private final Supplier<Optional<AccessToken>> token;
    private final LongPredicate rejected;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final RecentTokens tokens = new RecentTokens();

    /**
     * @param threads runs the calls, one thread per call until it ends; OkHttp's own dispatcher would do no better
     * @param urls builds the URLs of requests
     * @param token supplies the current token, for each call
     * @param rejected reports the version of a token that the cloud rejected; returns whether the token is known to be
     *     valid all the same, so that the fault is the cloud's
     */
    public HttpDeviceCloud(
            OkHttpClient client,
            Executor threads,
            DeviceUrls urls,
            Supplier<Optional<AccessToken>> token,
            LongPredicate rejected,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.client = client;
        this.threads = threads;
        this.urls = urls;
        this.token = token;
        this.rejected = rejected;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Creates a client that never retries or follows redirects, and pools as many connections as there are calls in
     * flight.
     *
     * @param callTimeout limit of a whole call; must be above the 30 s for which the cloud waits for a device
     * @param nanoClock monotonic clock by which pooled connections are checked for staleness
     */
    public static OkHttpClient client(
            Duration callTimeout, Duration connectTimeout, int maxInFlight, LongSupplier nanoClock) {
        return new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(maxInFlight, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS))
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(callTimeout)
                .connectTimeout(connectTimeout)
                .readTimeout(callTimeout)
                .writeTimeout(callTimeout)
                .addNetworkInterceptor(new StaleConnectionInterceptor(nanoClock))
                .addNetworkInterceptor(chain -> RetryAfter.hiddenFromOkHttp(chain.proceed(chain.request())))
                .build();
    }

    @Override
    public void call(Request request, Consumer<Outcome> done) {
        Optional<AccessToken> current = token.get();
        if (current.isEmpty()) {
            done.accept(
                    new Outcome(Kind.NOT_SENT, Reason.NONE, "no access token is at hand", Value.NONE, 0, 0, false, 0));
            return;
        }
        CallAttempt attempt;
        try {
            attempt = new CallAttempt(request, current.get());
        } catch (IllegalArgumentException unusable) {
            // For instance a token that is not a valid header value.
            String why = tokens.shownWith(current.get()).of(unusable);
            done.accept(new Outcome(Kind.NOT_SENT, Reason.NONE, why, Value.NONE, 0, 0, false, 0));
            return;
        }
        try {
            threads.execute(() -> done.accept(attempt.outcome()));
        } catch (RejectedExecutionException shutdown) {
            done.accept(attempt.notSent(shutdown));
        }
    }

    private okhttp3.Request http(Request request, AccessToken accessToken) {
        okhttp3.Request.Builder http = new okhttp3.Request.Builder()
                .url(urls.of(request))
                .header("Authorization", "Bearer " + accessToken.value().reveal());
        if (request.action() instanceof Action.Call call) {
            http.post(new FormBody.Builder().add("arg", call.argument()).build());
        }
        W3CTraceContextPropagator.getInstance().inject(Context.current(), http, okhttp3.Request.Builder::header);
        return http.build();
    }

    /** One call and its outcome. Created on the caller's thread, then confined to one of the call threads. */
    private final class CallAttempt {
        private final Request request;
        private final AccessToken accessToken;
        private final ShownText shown;
        private final SendOnce send;
        private final long startedNanos = nanoClock.getAsLong();

        CallAttempt(Request request, AccessToken accessToken) {
            this.request = request;
            this.accessToken = accessToken;
            this.shown = tokens.shownWith(accessToken);
            // On the caller's thread, which holds the trace context.
            this.send = new SendOnce(client, http(request, accessToken));
        }

        Outcome outcome() {
            Response response;
            try {
                response = send.execute();
            } catch (IOException | RuntimeException failure) {
                return send.mayHaveBeenProcessed(failure)
                        ? broken(Kind.UNCERTAIN, Reason.CLOUD_FAILURE, 0, failure)
                        : notSent(failure);
            }
            return outcome(response);
        }

        /**
         * Catches every failure: the call was sent, and without an outcome the request would wait for its lease to end.
         */
        private Outcome outcome(Response response) {
            try (response) {
                Outcome outcome = ResponseClassifier.of(request, cloudResponse(response), tookMs());
                return outcome.kind() == Kind.UNAUTHORISED && rejected.test(accessToken.version())
                        ? outcome.withGoodToken()
                        : outcome;
            } catch (IOException | RuntimeException failure) {
                return response.code() == 200
                        ? broken(Kind.GARBLED, Reason.UNREADABLE_ANSWER, response.code(), failure)
                        : broken(Kind.UNCERTAIN, Reason.CLOUD_FAILURE, response.code(), failure);
            }
        }

        private CloudResponse cloudResponse(Response response) throws IOException {
            long retryAfterMs = RetryAfter.ms(response, clock.instant());
            return new CloudResponse(response.code(), BodyText.of(response), retryAfterMs, shown);
        }

        /** Not counted as an attempt: an unreachable cloud does not use up max_attempts. */
        Outcome notSent(Exception failure) {
            return new Outcome(
                    Kind.NOT_SENT, Reason.CLOUD_FAILURE, shown.of(failure), Value.NONE, 0, 0, false, tookMs());
        }

        private Outcome broken(Kind kind, Reason reason, int status, Exception failure) {
            return new Outcome(kind, reason, shown.of(failure), Value.NONE, status, 0, true, tookMs());
        }

        private long tookMs() {
            return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - startedNanos);
        }
    }
}
