package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TracedCloudTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLERS_SPAN = "b7ad6b7169203331";

    @RegisterExtension
    static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

    private SpanContext current = SpanContext.getInvalid();

    @Test
    void eachAttemptIsASpanBelowTheCallers() {
        TracedCloud cloud = cloud(TELEMETRY.getOpenTelemetry(), Kind.UNREACHABLE);
        cloud.call(traced(), outcome -> {});
        cloud.call(traced(), outcome -> {});

        List<SpanData> spans = TELEMETRY.getSpans();
        assertThat(spans).hasSize(2).allSatisfy(span -> {
            assertThat(span.getTraceId()).isEqualTo(TRACE);
            assertThat(span.getParentSpanId()).isEqualTo(CALLERS_SPAN);
            assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(span.getName()).isEqualTo("call function");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(text(span, "fleet.request_id")).isEqualTo("c1");
            assertThat(text(span, "fleet.outcome")).isEqualTo("UNREACHABLE");
            assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                    .isEqualTo(408);
        });
        assertThat(current.getSpanId()).isEqualTo(spans.get(1).getSpanId());
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void aRequestWithoutATraceBeginsOne() {
        cloud(TELEMETRY.getOpenTelemetry(), Kind.DONE)
                .call(
                        Requests.poll("p1").made(),
                        outcome -> assertThat(outcome.kind()).isEqualTo(Kind.DONE));

        assertThat(TELEMETRY.getSpans()).singleElement().satisfies(span -> {
            assertThat(span.getParentSpanContext().isValid()).isFalse();
            assertThat(span.getName()).isEqualTo("read variable");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        });
    }

    @Test
    void withoutAnSdkTheCallersSpanIsPassedOn() {
        cloud(OpenTelemetry.noop(), Kind.DONE).call(traced(), outcome -> {});

        assertThat(current.getTraceId()).isEqualTo(TRACE);
        assertThat(current.getSpanId()).isEqualTo(CALLERS_SPAN);
    }

    private TracedCloud cloud(OpenTelemetry telemetry, Kind kind) {
        return new TracedCloud(
                (request, done) -> {
                    current = Span.current().getSpanContext();
                    done.accept(Outcomes.of(kind));
                },
                telemetry);
    }

    private static Request traced() {
        byte[] parent = ("00-" + TRACE + "-" + CALLERS_SPAN + "-01").getBytes(StandardCharsets.UTF_8);
        return Requests.command("c1")
                .replyingTo(new ReplyTo("", ReplyTo.ANY_PARTITION, List.of(new ReplyTo.Header("traceparent", parent))))
                .made();
    }

    private static String text(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.stringKey(name));
    }
}
