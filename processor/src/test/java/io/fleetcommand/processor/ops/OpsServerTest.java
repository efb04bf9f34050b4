package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.service.Meters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {
    private final AtomicReference<String> state = new AtomicReference<>("RUNNING");
    private final AtomicBoolean dead = new AtomicBoolean();
    private final AtomicBoolean token = new AtomicBoolean(true);
    private final AtomicReference<Optional<String>> policy = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final AtomicLong nanos = new AtomicLong();
    private final Heartbeats heartbeats = new Heartbeats(nanos::get);
    private final Meters meters = new Meters();
    private RequestObserver observer;
    private OpsServer server;

    @BeforeEach
    void start() throws Exception {
        Health health = new Health(state::get, dead::get, token::get, policy::get, heartbeats);
        TaskRegistry tasks = new TaskRegistry();
        InstanceGauges readings =
                new InstanceGauges(() -> 3, () -> false, () -> 120, () -> 150, () -> 7, () -> Duration.ofSeconds(5));
        StatusPage status = new StatusPage(
                "p-1",
                List.of("fleet.commands", "fleet.commands.billing"),
                List.of("fleet.polls"),
                health,
                tasks,
                readings,
                now::get);
        status.bindTo(meters.registry());
        observer = new MeteredTasks(tasks, meters.registry()).observer(4);
        server = OpsServer.start("127.0.0.1", 0, health, status, meters);
    }

    @AfterEach
    void stop() {
        server.close();
        meters.close();
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
    void isReadyWithABrokenPolicyFileAndSaysSo() throws Exception {
        policy.set(Optional.of("the policy p.yaml cannot be used"));
        assertThat(get("/ready")).isEqualTo("200 ok, but the policy p.yaml cannot be used\n");
        assertThat(get("/status")).contains("\"trouble\" : \"the policy p.yaml cannot be used\"");
        assertThat(get("/metrics")).contains("fleet_policy_stale 1.0");
        policy.set(Optional.empty());
        assertThat(get("/metrics")).contains("fleet_policy_stale 0.0");
    }

    @Test
    void isNotAliveOnceTheStreamIsDead() throws Exception {
        dead.set(true);
        state.set("ERROR");
        assertThat(get("/alive")).isEqualTo("503 the stream is ERROR\n");
    }

    @Test
    void isNotAliveWhileATaskIsStuck() throws Exception {
        heartbeats.beat("0_1");
        nanos.set(TimeUnit.SECONDS.toNanos(60));
        assertThat(get("/alive")).isEqualTo("200 ok\n");
        nanos.incrementAndGet();
        assertThat(get("/alive")).startsWith("503 a task has been stuck");
        heartbeats.end("0_1");
        assertThat(get("/alive")).isEqualTo("200 ok\n");
    }

    @Test
    void theStatusSaysWhatTheInstanceHoldsAndHowLongItHasWaited() throws Exception {
        now.set(Instant.ofEpochMilli(12_000));
        observer.found(entry("u1", Priority.URGENT, RequestPhase.READY, 2_000));
        observer.found(entry("u2", Priority.URGENT, RequestPhase.READY, 5_000));
        observer.found(entry("b1", Priority.BULK, RequestPhase.CALLED, 1_000));
        observer.backingOff(6);
        observer.held(Source.JOURNAL, 3);

        assertThat(get("/status")).isEqualTo("""
                        200 {
                          "instance" : "p-1",
                          "at" : "1970-01-01T00:00:12Z",
                          "state" : "RUNNING",
                          "trouble" : "3 records wait until the schema registry says how to read them",
                          "request_topics" : {
                            "commands" : [ "fleet.commands", "fleet.commands.billing" ],
                            "polls" : [ "fleet.polls" ]
                          },
                          "partitions" : [ 4 ],
                          "priorities" : {
                            "urgent" : {
                              "waiting" : 2,
                              "under_way" : 0,
                              "oldest_waiting_ms" : 10000
                            },
                            "normal" : {
                              "waiting" : 0,
                              "under_way" : 0,
                              "oldest_waiting_ms" : 0
                            },
                            "bulk" : {
                              "waiting" : 0,
                              "under_way" : 1,
                              "oldest_waiting_ms" : 0
                            }
                          },
                          "in_flight" : 3,
                          "quota" : {
                            "used" : 120,
                            "worst_window" : 150
                          },
                          "breaker" : "open",
                          "devices_backing_off" : 6,
                          "held" : {
                            "commands" : 0,
                            "polls" : 0,
                            "cancellations" : 0,
                            "journal" : 3
                          },
                          "token" : {
                            "version" : 7,
                            "age_ms" : 5000
                          }
                        }""");
    }

    @Test
    void theMetersSayTheSame() throws Exception {
        now.set(Instant.ofEpochMilli(12_000));
        state.set("REBALANCING");
        observer.found(entry("u1", Priority.URGENT, RequestPhase.READY, 2_000));
        observer.backingOff(6);
        observer.held(Source.POLLS, 2);
        observer.setAside(Source.JOURNAL);

        assertThat(get("/metrics").lines())
                .contains(
                        "fleet_alive 1.0",
                        "fleet_ready 0.0",
                        "fleet_partitions 1.0",
                        "fleet_requests_open{phase=\"ready\",priority=\"urgent\"} 1.0",
                        "fleet_requests_oldest_waiting_seconds{priority=\"urgent\"} 10.0",
                        "fleet_quota_used 120.0",
                        "fleet_quota_worst_window 150.0",
                        "fleet_breaker_open 1.0",
                        "fleet_devices_backing_off 6.0",
                        "fleet_records_held{source=\"polls\"} 2.0",
                        "fleet_records_set_aside_total{source=\"journal\"} 1.0",
                        "fleet_token_version 7.0",
                        "fleet_token_age_seconds 5.0");
    }

    private static LedgerEntry entry(String id, Priority priority, RequestPhase phase, long receivedAtMs) {
        return MeteredTasksTest.entry(Requests.command(id).in(priority).made(), phase, receivedAtMs);
    }

    private String get(String path) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
