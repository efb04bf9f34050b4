package io.fleetcommand.processor;

import io.fleetcommand.processor.cloud.HttpDeviceCloud;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.okhttp3.OkHttpConnectionPoolMetrics;
import io.micrometer.core.instrument.binder.okhttp3.OkHttpMetricsEventListener;
import java.time.Duration;
import okhttp3.OkHttpClient;

/** The HTTP clients of the processor. */
final class HttpClients {
    private static final Duration TOKEN_CALL_TIMEOUT = Duration.ofSeconds(10);

    private HttpClients() {}

    /** Creates the client of the token-service. It follows no redirects, so that the secret goes nowhere else. */
    static OkHttpClient tokenService(ProcessorSettings settings) {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .callTimeout(TOKEN_CALL_TIMEOUT)
                .followRedirects(false)
                .followSslRedirects(false);
        settings.tokenServiceTls().ifPresent(tls -> client.sslSocketFactory(tls.sockets(), tls.trusted()));
        return client.build();
    }

    /** Creates the client of the device cloud. Its meters have no tag for the path, which contains the device id. */
    static OkHttpClient deviceCloud(ProcessorSettings settings, MeterRegistry registry) {
        OkHttpClient client = HttpDeviceCloud.client(
                        settings.callTimeout(), settings.connectTimeout(), settings.maxInFlight(), System::nanoTime)
                .newBuilder()
                .eventListener(OkHttpMetricsEventListener.builder(registry, "okhttp.requests")
                        .uriMapper(request -> "device")
                        .includeHostTag(false)
                        .build())
                .build();
        new OkHttpConnectionPoolMetrics(client.connectionPool()).bindTo(registry);
        return client;
    }
}
