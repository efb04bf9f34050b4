package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.cloud.CloudBench.response;
import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The request that a call sends, and what it says about the token. */
class HttpDeviceCloudTest {
    private final CloudBench bench = new CloudBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aFunctionIsCalledOnTheProductsAddressWithItsArgumentAndToken() throws Exception {
        bench.server.enqueue(response(200, "{\"id\":\"x\",\"connected\":true,\"return_value\":-1}"));

        Outcome outcome = bench.call(command("c").asking(new Action.Call("set-Led_1", "ä & b=1")));

        assertThat(outcome.kind()).isEqualTo(Kind.DONE);
        assertThat(outcome.value()).isEqualTo(new Value.Whole(-1));
        assertThat(outcome.httpStatus()).isEqualTo(200);
        RecordedRequest sent = bench.server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(sent.getMethod()).isEqualTo("POST");
        assertThat(sent.getUrl().encodedPath()).isEqualTo("/v1/products/rockets/devices/" + DEVICE + "/set-Led_1");
        assertThat(sent.getHeaders().get("Authorization")).isEqualTo("Bearer t0ken");
        assertThat(sent.getHeaders().get("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(sent.getBody().utf8()).isEqualTo("arg=%C3%A4+%26+b%3D1");
    }

    @Test
    void aVariableIsRead() throws Exception {
        bench.server.enqueue(response(200, "{\"name\":\"temperature\",\"result\":21.5}"));

        assertThat(bench.call(poll("p")).value()).isEqualTo(new Value.Fraction(21.5));
        RecordedRequest sent = bench.server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(sent.getMethod()).isEqualTo("GET");
        assertThat(sent.getUrl().encodedPath()).isEqualTo("/v1/products/rockets/devices/" + DEVICE + "/temperature");
    }

    @Test
    void theCurrentSpanIsNamedOnTheCallAndWithoutOneNothingIs() throws Exception {
        bench.server.enqueue(response(200, "{\"return_value\":1}"));
        bench.server.enqueue(response(200, "{\"return_value\":1}"));
        Span span = Span.wrap(SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.builder().put("vendor", "x").build()));
        Callable<Outcome> calling = () -> bench.call(command("c"));
        assertThat(Context.root().with(span).wrap(calling).call().kind()).isEqualTo(Kind.DONE);
        bench.call(command("c"));

        RecordedRequest traced = bench.server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(traced.getHeaders().get("traceparent"))
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(traced.getHeaders().get("tracestate")).isEqualTo("vendor=x");
        assertThat(bench.server.takeRequest(5, TimeUnit.SECONDS).getHeaders().get("traceparent"))
                .isNull();
    }

    @Test
    void withoutATokenNothingIsSentAndTheAttemptDoesNotCount() throws Exception {
        bench.token = Optional.empty();

        Outcome outcome = bench.call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.counted()).isFalse();
        assertThat(bench.server.getRequestCount()).isZero();
    }

    @Test
    void aRefusedTokenIsReportedByItsVersionAndNeverShown() throws Exception {
        bench.server.enqueue(response(401, "{\"error\":\"invalid_token\"}"));

        Outcome outcome = bench.call(command("c"));

        assertThat(bench.rejected).containsExactly(7L);
        assertThat(outcome.counted()).isFalse();
        assertThat(outcome.toString()).doesNotContain("t0ken");
    }

    @Test
    void theRefusalOfAGoodTokenIsTheCloudsFaultAndCounts() throws Exception {
        bench.knownToBeGood = true;
        bench.server.enqueue(response(401, "{\"error\":\"invalid_token\"}"));

        Outcome outcome = bench.call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.UNAUTHORISED);
        assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
        assertThat(outcome.counted()).isTrue();
        assertThat(outcome.detail()).isEqualTo("401 invalid_token, though the token is good");
    }

    @Test
    void aCallForWhichThereIsNoThreadAnyMoreIsNotSent() throws Exception {
        bench.threads.shutdown();

        Outcome outcome = bench.call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.counted()).isFalse();
        assertThat(bench.server.getRequestCount()).isZero();
    }
}
