package io.fleetcommand.registry;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Sends requests to the addresses of a registry. Tries them in turn, in two rounds, as a restarting registry is soon
 * back; {@link RequestTimeouts} limits the time. Thread-safe.
 */
final class RegistryConnection {
    private static final MediaType CONTENT_TYPE = MediaType.get("application/vnd.schemaregistry.v1+json");
    private static final Duration RETRY_DELAY = Duration.ofMillis(100);

    private final OkHttpClient client;
    private final List<RegistryAddress> addresses;
    private final Optional<String> authorization;
    private final LongSupplier nanoClock;
    private final RetryPolicy<RegistryResponse> retryPolicy = RetryPolicy.<RegistryResponse>builder()
            .handle(IOException.class)
            .withDelay(RETRY_DELAY)
            .withJitter(0.5)
            .withMaxRetries(1)
            .build();

    /** @param client must not follow redirects, or a login page would be taken for a registry */
    RegistryConnection(
            OkHttpClient client,
            List<String> urls,
            Optional<String> authorization,
            LongSupplier nanoClock,
            DoubleSupplier random) {
        this.client = client;
        this.addresses = urls.stream()
                .map(url -> new RegistryAddress(url, nanoClock, random))
                .toList();
        this.authorization = authorization;
        this.nanoClock = nanoClock;
    }

    /**
     * The response, or that of an address if none has the schema.
     *
     * @throws RegistryUnavailable if an address that may have the schema could not be reached
     */
    RegistryResponse send(RegistryRequest request, RequestTimeouts timeouts) {
        FailoverCall call = new FailoverCall(request, timeouts, addresses, this::sendTo, nanoClock);
        try {
            return Failsafe.with(retryPolicy).get(call::round);
        } catch (FailsafeException failed) {
            throw call.unavailable(
                    failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause()));
        }
    }

    private RegistryResponse sendTo(String url, RegistryRequest request, long limitNanos) throws IOException {
        Request.Builder builder =
                new Request.Builder().url(url + request.path()).header("Accept", CONTENT_TYPE + ", application/json");
        authorization.ifPresent(value -> builder.header("Authorization", value));
        request.message()
                .ifPresent(sent -> builder.method(sent.method(), RequestBody.create(sent.json(), CONTENT_TYPE)));
        Call call = client.newCall(builder.build());
        call.timeout().timeout(limitNanos, TimeUnit.NANOSECONDS);
        try (Response response = call.execute()) {
            return RegistryResponse.read(response);
        }
    }
}
