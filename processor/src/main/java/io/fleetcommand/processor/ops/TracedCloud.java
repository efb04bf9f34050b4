package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Decorates a device cloud with a span per attempt, a child of the span in the request's {@code traceparent}. That
 * header is stored in the ledger with the request, so that attempts of any instance, hours later, belong to the
 * caller's trace. The span is current while the call is sent. Without an OpenTelemetry SDK no span is created, and the
 * caller's trace context is propagated. Thread-safe.
 */
public final class TracedCloud implements DeviceCloud {
    private static final TextMapGetter<ReplyTo> HEADERS = new Headers();

    private final DeviceCloud cloud;
    private final Tracer tracer;

    public TracedCloud(DeviceCloud cloud, OpenTelemetry telemetry) {
        this.cloud = cloud;
        this.tracer = telemetry.getTracer("io.fleetcommand.processor");
    }

    @Override
    public void call(Request request, Consumer<Outcome> done) {
        Span span = tracer.spanBuilder(request.isCommand() ? "call function" : "read variable")
                .setParent(W3CTraceContextPropagator.getInstance().extract(Context.root(), request.replyTo(), HEADERS))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("fleet.request_id", request.id())
                .setAttribute("fleet.device_id", request.deviceId())
                .setAttribute("fleet.name", request.action().name())
                .startSpan();
        Context.root()
                .with(span)
                .wrap(() -> cloud.call(request, outcome -> {
                    end(span, outcome);
                    done.accept(outcome);
                }))
                .run();
    }

    private static void end(Span span, Outcome outcome) {
        span.setAttribute("fleet.outcome", outcome.kind().name());
        if (outcome.httpStatus() != 0) {
            span.setAttribute("http.response.status_code", (long) outcome.httpStatus());
        }
        if (outcome.kind() != Outcome.Kind.DONE) {
            span.setStatus(StatusCode.ERROR, outcome.reason().name());
        }
        span.end();
    }

    /** Reads the trace headers of a request. */
    private static final class Headers implements TextMapGetter<ReplyTo> {
        @Override
        public String get(ReplyTo carrier, String name) {
            return carrier.echoed().stream()
                    .filter(header -> header.name().equals(name))
                    .map(header -> new String(header.bytes(), StandardCharsets.UTF_8))
                    .findFirst()
                    .orElse(null);
        }
    }
}
