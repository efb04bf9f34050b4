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
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/**
 * The device cloud over HTTP. A call is sent once or not at all: every way in which OkHttp repeats a request by itself
 * is closed, since a second POST runs the function a second time. A failure is NOT_SENT while not a byte of the request
 * can have left, or if the far side says that it has processed nothing of it; else it is UNCERTAIN.
 */
public final class HttpDeviceCloud implements DeviceCloud {
    private static final String RETRY_AFTER = "Retry-After";
    /** Where a 503's Retry-After is kept out of OkHttp's sight: it would repeat the request at once on a 0. */
    private static final String HIDDEN_RETRY_AFTER = "Cloud-Retry-After";

    /** Of JSON, which is UTF-8 whatever the headers say. */
    private static final int MAX_BODY_BYTES = 64 * 1024;
    /** Shorter than the idle time after which load balancers drop a connection without a word. */
    private static final long IDLE_SECONDS = 30;
    /** After a restart at the other end all kept connections may be closed; the rest is left to the ledger. */
    private static final int CONNECTIONS_TRIED = 5;

    private final OkHttpClient client;
    private final Executor threads;
    private final DeviceUrls addresses;
    private final Supplier<Optional<AccessToken>> token;
    private final LongPredicate rejected;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final RecentTokens tokens = new RecentTokens();

    /**
     * @param threads each call takes one until it has ended; OkHttp's own queue of calls would do no more than that
     * @param addresses where requests are sent
     * @param token the token to call with, asked for each call
     * @param rejected told the version of a token that the cloud did not accept; says whether it is known to be good all
     *     the same, so that the fault is the cloud's
     */
    public HttpDeviceCloud(
            OkHttpClient client,
            Executor threads,
            DeviceUrls addresses,
            Supplier<Optional<AccessToken>> token,
            LongPredicate rejected,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.client = client;
        this.threads = threads;
        this.addresses = addresses;
        this.token = token;
        this.rejected = rejected;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * A client that fits: it repeats nothing, follows nothing, and keeps as many connections as calls are started.
     *
     * @param callTimeout of a whole call; must be above the 30 s for which the cloud waits for a device
     * @param nanoClock by which a kept connection is fresh or to be looked at
     */
    public static OkHttpClient client(
            Duration callTimeout, Duration connectTimeout, int maxInFlight, LongSupplier nanoClock) {
        return new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(maxInFlight, IDLE_SECONDS, TimeUnit.SECONDS))
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(callTimeout)
                .connectTimeout(connectTimeout)
                .readTimeout(callTimeout)
                .writeTimeout(callTimeout)
                .addNetworkInterceptor(new StaleConnectionInterceptor(nanoClock))
                .addNetworkInterceptor(chain -> hideRetryAfter(chain.proceed(chain.request())))
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
        CallAttempt sending;
        try {
            sending = new CallAttempt(request, current.get());
        } catch (IllegalArgumentException unusable) {
            // Such as a token that no header may hold.
            String why = tokens.shownWith(current.get()).of(unusable);
            done.accept(new Outcome(Kind.NOT_SENT, Reason.NONE, why, Value.NONE, 0, 0, false, 0));
            return;
        }
        try {
            threads.execute(() -> done.accept(sending.outcome()));
        } catch (RejectedExecutionException ending) {
            done.accept(sending.notSent(ending));
        }
    }

    private okhttp3.Request http(Request request, AccessToken bearer) {
        okhttp3.Request.Builder http = new okhttp3.Request.Builder()
                .url(addresses.of(request))
                .header("Authorization", "Bearer " + bearer.value().reveal());
        if (request.action() instanceof Action.Call call) {
            http.post(new FormBody.Builder().add("arg", call.argument()).build());
        }
        W3CTraceContextPropagator.getInstance().inject(Context.current(), http, okhttp3.Request.Builder::header);
        return http.build();
    }

    private static Response hideRetryAfter(Response response) {
        String header = response.header(RETRY_AFTER);
        return response.code() == 503 && header != null
                ? response.newBuilder()
                        .removeHeader(RETRY_AFTER)
                        .header(HIDDEN_RETRY_AFTER, header)
                        .build()
                : response;
    }

    /**
     * One call, and its outcome however it ends. A call that met a closed connection, and so was not sent, takes another
     * one. Made on the caller's thread, and then used by one thread of the calls.
     */
    private final class CallAttempt {
        private final Request request;
        private final AccessToken bearer;
        private final ShownText shown;
        private final okhttp3.Request http;
        private final RequestSentTracker sent = new RequestSentTracker();
        private final long startedNanos = nanoClock.getAsLong();

        CallAttempt(Request request, AccessToken bearer) {
            this.request = request;
            this.bearer = bearer;
            this.shown = tokens.shownWith(bearer);
            // Here: the trace it belongs to is known to the caller's thread only.
            this.http = http(request, bearer);
        }

        Outcome outcome() {
            for (int tried = 1; ; tried++) {
                Call call = client.newCall(http);
                call.addEventListener(sent);
                try {
                    return outcome(call.execute());
                } catch (IOException | RuntimeException failure) {
                    if (sent.mayHaveBeenProcessed(failure)) {
                        return broken(Kind.UNCERTAIN, Reason.CLOUD_FAILURE, 0, failure);
                    }
                    if (!(failure instanceof StaleConnectionInterceptor.Closed) || tried == CONNECTIONS_TRIED) {
                        return notSent(failure);
                    }
                }
            }
        }

        /** Catches everything: the call was sent, and the request would wait for its lease. */
        private Outcome outcome(Response response) {
            try (response) {
                Outcome outcome = ResponseClassifier.of(request, reply(response), tookMs());
                return outcome.kind() == Kind.UNAUTHORISED && rejected.test(bearer.version())
                        ? outcome.withGoodToken()
                        : outcome;
            } catch (IOException | RuntimeException failure) {
                return response.code() == 200
                        ? broken(Kind.GARBLED, Reason.UNREADABLE_ANSWER, response.code(), failure)
                        : broken(Kind.UNCERTAIN, Reason.CLOUD_FAILURE, response.code(), failure);
            }
        }

        private CloudResponse reply(Response response) throws IOException {
            String wish = response.header(HIDDEN_RETRY_AFTER, response.header(RETRY_AFTER, ""));
            return new CloudResponse(response.code(), body(response), RetryAfter.ms(wish, clock.instant()), shown);
        }

        private String body(Response response) throws IOException {
            BufferedSource body = response.body().source();
            try {
                // Reads as much, or all that there is; whatever is more is not looked at.
                body.request(MAX_BODY_BYTES);
            } catch (IOException brokenOff) {
                if (!ResponseClassifier.saysAllByStatus(response.code())) {
                    throw brokenOff;
                }
            }
            Buffer read = body.getBuffer();
            return read.readUtf8(Math.min(read.size(), MAX_BODY_BYTES));
        }

        /** The request has had no attempt: max_attempts is not used up by a cloud that is away. */
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
