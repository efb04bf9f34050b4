package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.request.Request;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Decorates a device cloud with timers by outcome and a gauge of calls in flight. Thread-safe. */
public final class MeteredCloud implements DeviceCloud {
    private final DeviceCloud cloud;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<Outcome.Kind, Timer> byOutcome = new EnumMap<>(Outcome.Kind.class);

    public MeteredCloud(DeviceCloud cloud, MeterRegistry registry) {
        this.cloud = cloud;
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            byOutcome.put(kind, Metrics.CALL.timer(registry, kind));
        }
        Metrics.CALLS_IN_FLIGHT.gauge(registry, inFlight::get);
    }

    @Override
    public void call(Request request, Consumer<Outcome> done) {
        inFlight.incrementAndGet();
        cloud.call(request, outcome -> {
            inFlight.decrementAndGet();
            byOutcome.get(outcome.kind()).record(outcome.cloudMs(), TimeUnit.MILLISECONDS);
            done.accept(outcome);
        });
    }

    /** Number of calls in flight. */
    public int inFlight() {
        return inFlight.get();
    }
}
