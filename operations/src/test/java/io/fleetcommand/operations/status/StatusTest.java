package io.fleetcommand.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FIRST = """
            {"instance": "p-1", "state": "RUNNING", "trouble": "", "partitions": [0, 1, 2, 5],
             "priorities": {"urgent": {"waiting": 1, "under_way": 2, "oldest_waiting_ms": 3000},
                       "normal": {"waiting": 10, "under_way": 0, "oldest_waiting_ms": 180000},
                       "bulk": {"waiting": 0, "under_way": 0, "oldest_waiting_ms": 0}},
             "in_flight": 2, "quota": {"used": 120, "worst_window": 150}, "breaker": "closed", "devices_backing_off": 3, "token": {"version": 7, "age_ms": 60000}}""";
    private static final String SECOND = """
            {"instance": "p-2", "state": "REBALANCING", "trouble": "the stream is REBALANCING", "partitions": [],
             "priorities": {"urgent": {"waiting": 4, "under_way": 0, "oldest_waiting_ms": 9000}},
             "in_flight": 0, "quota": {"used": 5, "worst_window": 10}, "breaker": "open", "devices_backing_off": 1, "token": {"version": 7, "age_ms": 7200000}}""";

    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void instancesAreShownSideBySideAndSummedUp() throws Exception {
        StatusReport report = ask(serve(200, FIRST), serve(200, SECOND));

        assertThat(report.table().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
                .containsExactly(
                        "instance | state | partitions | urgent | normal | bulk | in flight | oldest | quota (worst) | backing off | breaker | token (age)",
                        "p-1 | RUNNING | 0-2,5 | 1 | 10 | 0 | 2 | 3 min | 120 (150) | 3 | closed | 7 (60 s)",
                        "p-2 | REBALANCING | none | 4 | 0 | 0 | 0 | 9 s | 5 (10) | 1 | open | 7 (2 h)",
                        "all | 2 of 2 | 0-2,5 | 5 | 10 | 0 | 2 | 3 min | 125 (160) | 4",
                        "p-2: the stream is REBALANCING");
        assertThat(report.isGood()).isFalse();
        JsonNode total = JSON.readTree(report.json()).path("total");
        assertThat(total.path("urgent").toString())
                .isEqualTo("{\"waiting\":5,\"under_way\":2,\"oldest_waiting_ms\":9000}");
        assertThat(total.path("partitions").asInt()).isEqualTo(4);
    }

    @Test
    void oneThatDoesNotAnswerIsShownAndTheOthersStillCount() throws Exception {
        String gone = serve(200, FIRST);
        servers.get(0).stop(0);
        StatusReport report = ask(gone, serve(404, "no"), serve(200, "<html>"), serve(200, FIRST));

        assertThat(report.isGood()).isFalse();
        assertThat(report.table())
                .contains("p-1", gone + " does not answer", "answers 404", "something else than JSON");
        JsonNode json = JSON.readTree(report.json());
        assertThat(json.path("silent")).hasSize(3);
        assertThat(json.path("instances")).singleElement().isEqualTo(JSON.readTree(FIRST));
    }

    @Test
    void allIsWellWhenEachAnswersWithoutTrouble() throws Exception {
        assertThat(ask(serve(200, FIRST)).isGood()).isTrue();
        assertThat(new StatusReport(List.of()).isGood()).isFalse();
    }

    @Test
    void aNameStandsForItsAddressesOfOneFamily() throws Exception {
        assertThat(new Instances(Duration.ofSeconds(5))
                        .ask(List.of(serve(200, FIRST).replace("127.0.0.1", "localhost"))))
                .singleElement()
                .satisfies(heard -> assertThat(heard.url()).doesNotContain("localhost"));
    }

    @Test
    void anUnknownHostDoesNotAnswer() {
        assertThat(ask("http://no-such-host.invalid:1").table())
                .contains("http://no-such-host.invalid:1 does not answer");
    }

    @Test
    void partitionsAreWrittenAsRanges() {
        assertThat(StatusReport.ranges(new TreeSet<>(List.of(3)))).isEqualTo("3");
        assertThat(StatusReport.ranges(new TreeSet<>(List.of(0, 1, 4, 6, 7)))).isEqualTo("0-1,4,6-7");
    }

    private static StatusReport ask(String... urls) {
        return new StatusReport(new Instances(Duration.ofSeconds(5)).ask(List.of(urls)));
    }

    private String serve(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        servers.add(server);
        server.createContext("/status", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
