package io.fleetcommand.processor;

import io.fleetcommand.processor.cloud.CloudBreaker;
import io.fleetcommand.processor.cloud.HttpDeviceCloud;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.ops.MeteredCloud;
import io.fleetcommand.processor.ops.TracedCloud;
import io.fleetcommand.processor.token.TokenSource;
import io.fleetcommand.service.AccessToken;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** What a call passes on its way to the device cloud: meters, circuit breaker, trace, HTTP. Thread-safe. */
final class CloudPath {
    private final TokenSource tokens;
    private final CloudBreaker breaker;
    private final MeteredCloud cloud;

    /** @param calls runs the calls, one thread each */
    CloudPath(
            ProcessorSettings settings,
            TokenSource tokens,
            ExecutorService calls,
            MeterRegistry registry,
            InstantSource clock,
            LongSupplier nanoClock,
            DoubleSupplier random) {
        this.tokens = tokens;
        HttpDeviceCloud http = new HttpDeviceCloud(
                HttpClients.deviceCloud(settings, registry),
                calls,
                settings.deviceUrls(),
                tokens::current,
                tokens::rejected,
                clock,
                nanoClock);
        this.breaker = new CloudBreaker(
                new TracedCloud(http, GlobalOpenTelemetry.get()),
                settings.breakerThreshold(),
                settings.breakerOpenDurations(),
                this::tokenVersion,
                random,
                nanoClock);
        this.cloud = new MeteredCloud(breaker, registry);
    }

    DeviceCloud cloud() {
        return cloud;
    }

    /** Whether a call may be claimed now; asked last, as it uses up a probe of a half-open circuit breaker. */
    boolean tryAcquirePermission() {
        return tokens.current().isPresent() && breaker.tryAcquirePermission();
    }

    boolean isBreakerClosed() {
        return breaker.isClosed();
    }

    int inFlight() {
        return cloud.inFlight();
    }

    /** Version of the token that calls carry; 0 without one. */
    long tokenVersion() {
        return tokens.current().map(AccessToken::version).orElse(0L);
    }
}
