package io.fleetcommand.registry;

import static io.fleetcommand.registry.RegistryBench.SCHEMA;
import static io.fleetcommand.registry.RegistryBench.STRING;
import static io.fleetcommand.registry.RegistryBench.SUBJECT;
import static io.fleetcommand.registry.RegistryBench.UNKNOWN_ID;
import static io.fleetcommand.registry.RegistryBench.response;
import static io.fleetcommand.registry.RegistryBench.timed;
import static io.fleetcommand.registry.RegistryBench.url;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that fail, lag, hang, or answer as no registry does. */
class RegistryConnectionTest {
    private final RegistryBench bench = new RegistryBench();

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<MockResponse> answersThatNoRegistryGives() {
        return Stream.of(
                response(404, "<html>no such page</html>"),
                response(404, ""),
                response(404, "{\"error_code\":404,\"message\":\"no such path\"}"),
                response(404, "{\"error_code\":40401,\"message\":\"that is not what was asked\"}"),
                response(404, "{\"status\":404}"),
                response(400, UNKNOWN_ID),
                response(200, "<html>welcome</html>"),
                response(200, ""),
                response(200, "[]"),
                response(200, "{\"schema\":7}"),
                response(200, "{\"schema\":" + "[".repeat(100_000)),
                response(200, "<".repeat(5_000_000)),
                response(204, ""),
                new MockResponse.Builder()
                        .code(302)
                        .setHeader("Location", "/login")
                        .build(),
                response(500, UNKNOWN_ID),
                response(502, "<html>bad gateway</html>"),
                response(503, ""),
                response(429, ""));
    }

    @ParameterizedTest
    @MethodSource("answersThatNoRegistryGives")
    void aResponseThatIsNotOfARegistryIsAFailure(MockResponse answer) {
        bench.server.enqueue(answer);
        bench.server.enqueue(answer);
        assertThatThrownBy(() -> bench.registry().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("not as a registry does")
                .hasMessageNotContaining("40403");

        bench.server.enqueue(answer);
        bench.second.enqueue(response(200, STRING));
        assertThat(bench.both().byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void aProxysNotFoundIsRetriedUntilTheRegistryResponds() {
        AtomicLong nowNanos = new AtomicLong();
        HttpRegistry registry = timed(nowNanos, url(bench.server));
        for (int i = 0; i < 4; i++) {
            bench.answer(404, "<html>no such page</html>");
        }
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        nowNanos.addAndGet(SECONDS.toNanos(10));
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        nowNanos.addAndGet(SECONDS.toNanos(10));
        bench.answer(200, STRING);

        assertThat(registry.byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void ifOneAddressLagsTheNextIsTried() {
        bench.answer(404, UNKNOWN_ID);
        bench.second.enqueue(response(200, STRING));

        assertThat(bench.both().byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void anIdIsUnknownOnlyIfAllAddressesSaySo() {
        bench.answer(404, UNKNOWN_ID);
        bench.second.enqueue(response(404, UNKNOWN_ID));

        assertThatThrownBy(() -> bench.both().byId(1)).isInstanceOf(UnknownSchema.class);
        assertThat(bench.server.getRequestCount() + bench.second.getRequestCount())
                .isEqualTo(2);
    }

    @Test
    void anIdIsNotUnknownWhileOneAddressIsUnreachable() {
        bench.answer(404, UNKNOWN_ID);
        bench.second.close();

        assertThatThrownBy(() -> bench.both().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageStartingWith("not every schema registry answers")
                .hasMessageNotContaining("40403");
        assertThat(bench.server.getRequestCount())
                .as("what has spoken is not asked again")
                .isEqualTo(1);
    }

    @Test
    void anAddressThatFailedIsRetriedInTheSecondRound() {
        bench.answer(503, "");
        bench.answer(404, UNKNOWN_ID);
        bench.second.enqueue(response(404, UNKNOWN_ID));

        assertThatThrownBy(() -> bench.both().byId(1)).isInstanceOf(UnknownSchema.class);
    }

    @Test
    void aFailedAddressBacksOffWhileTheOthersRespond() {
        AtomicLong nowNanos = new AtomicLong();
        HttpRegistry registry = timed(nowNanos, url(bench.server), url(bench.second));
        bench.server.close();
        bench.second.enqueue(response(200, STRING));
        bench.second.enqueue(response(200, STRING));
        bench.second.enqueue(response(404, UNKNOWN_ID));
        registry.byId(1);
        registry.byId(2);

        assertThatThrownBy(() -> registry.byId(3))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("failed a moment ago and backs off");
    }

    @Test
    void whileAllAddressesBackOffReadersFailFastAndWritersTry() {
        AtomicLong nowNanos = new AtomicLong();
        HttpRegistry registry = timed(nowNanos, url(bench.server));
        bench.answer(503, "");
        bench.answer(503, "");
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(() -> registry.byId(2)).hasMessageContaining("backs off");
        assertThat(bench.server.getRequestCount()).isEqualTo(2);

        bench.answer(200, "{\"id\":7}");
        assertThat(registry.register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void aHangingRegistryBlocksAReaderForSecondsOnly() {
        bench.server.enqueue(new MockResponse.Builder()
                .onRequestStart(SocketEffect.Stall.INSTANCE)
                .build());
        bench.server.enqueue(new MockResponse.Builder()
                .onRequestStart(SocketEffect.Stall.INSTANCE)
                .build());
        SchemaRegistry registry = bench.registry();

        long startNanos = System.nanoTime();
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));

        startNanos = System.nanoTime();
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                .as("then it backs off")
                .isLessThan(Duration.ofMillis(500));
    }

    @Test
    void anEndlessBodyIsNeitherAwaitedNorBuffered() {
        bench.server.enqueue(new MockResponse.Builder()
                .body("{\"schema\":\"" + "x".repeat(5_000_000) + "\"}")
                .build());

        assertThatThrownBy(() -> bench.registry().byId(4))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("the schema with id 4 is too long");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 429, 408})
    void aTemporaryFailureIsRetried(int status) {
        bench.answer(status, "busy");
        bench.answer(200, "{\"id\":7}");

        assertThat(bench.registry().register(SUBJECT, SCHEMA)).isEqualTo(7);
    }

    @Test
    void theNextAddressIsTriedIfOneIsUnavailable() {
        bench.server.close();
        bench.second.enqueue(new MockResponse.Builder().body("{\"id\":7}").build());

        assertThat(bench.registry(Map.of("schema.registry.url", bench.server.url("/") + "," + bench.second.url("/")))
                        .register(SUBJECT, SCHEMA))
                .isEqualTo(7);
    }

    @Test
    void anUnavailableRegistryIsReportedAfterTwoRounds() {
        for (int i = 0; i < 2; i++) {
            bench.server.enqueue(new MockResponse.Builder()
                    .onRequestStart(new SocketEffect.CloseSocket())
                    .build());
            bench.second.enqueue(new MockResponse.Builder().code(503).build());
        }

        assertThatThrownBy(() -> bench.registry(
                                Map.of("schema.registry.url", bench.server.url("/") + "," + bench.second.url("/")))
                        .byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining(
                        "no schema registry answers at [" + url(bench.server) + ", " + url(bench.second) + "]")
                .hasMessageContaining("Check schema.registry.url");
        assertThat(bench.second.getRequestCount()).isEqualTo(2);
    }
}
