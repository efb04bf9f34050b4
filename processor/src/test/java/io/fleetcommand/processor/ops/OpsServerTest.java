package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicReference<String> state = new AtomicReference<>("RUNNING");
    private final AtomicBoolean dead = new AtomicBoolean();
    private final AtomicBoolean token = new AtomicBoolean(true);
    private final Heartbeats heartbeats = new Heartbeats();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private OpsServer server;

    @BeforeEach
    void start() throws Exception {
        Health health = new Health(state::get, dead::get, token::get, heartbeats, now::get);
        server = OpsServer.start("127.0.0.1", 0, health, thread);
    }

    @AfterEach
    void stop() {
        server.close();
        thread.shutdownNow();
    }

    @Test
    void isReadyWhileItRunsWithATokenAtHand() throws Exception {
        assertThat(get("/ready")).isEqualTo("200 ok\n");
        token.set(false);
        assertThat(get("/ready")).isEqualTo("503 no token is at hand\n");
        token.set(true);
        state.set("REBALANCING");
        assertThat(get("/ready")).isEqualTo("503 the stream is REBALANCING\n");
        assertThat(get("/alive")).isEqualTo("200 ok\n");
    }

    @Test
    void isNotAliveOnceTheStreamIsDead() throws Exception {
        dead.set(true);
        state.set("ERROR");
        assertThat(get("/alive")).isEqualTo("503 the stream is ERROR\n");
    }

    @Test
    void isNotAliveWhileATaskIsStuck() throws Exception {
        heartbeats.beat("0_1", 0);
        now.set(Instant.ofEpochMilli(60_000));
        assertThat(get("/alive")).isEqualTo("200 ok\n");
        now.set(Instant.ofEpochMilli(60_001));
        assertThat(get("/alive")).startsWith("503 a task has been stuck");
        heartbeats.end("0_1");
        assertThat(get("/alive")).isEqualTo("200 ok\n");
    }

    private String get(String path) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
