package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.TokenServiceClient;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import io.fleetcommand.systemtest.secrets.SecretScanner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The whole system at DEBUG, with rotations, wrong callers and faults of every kind under a load; then a search for every
 * token and secret wherever none may be.
 */
public final class LeakHunt {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(30);
    private static final Duration PER_FAULT = Duration.ofMillis(1_200);
    private static final int REQUESTS_PER_FAULT = 20;
    private static final List<String> FAULTS = List.of(
            "{'kind':'status','status':500,'rate':0.5}",
            "{'kind':'status','status':401,'next':5,'body':'{\\'error\\':\\'invalid_token\\'}'}",
            "{'kind':'status','status':408,'rate':0.5}",
            "{'kind':'reset','rate':0.5}",
            "{'kind':'bad_json','rate':0.5}",
            "{'kind':'html','rate':0.5}",
            "{'kind':'double_encoded_429','next':3}",
            "{'kind':'slow','delay_ms':500,'rate':0.5}",
            "{'kind':'token_revoked','next':1}",
            "{'kind':'cloud_down'}",
            "{'kind':'connections_refused'}");

    private LeakHunt() {}

    /** A stack that is to be hunted through: tokens every few seconds, everything at DEBUG. */
    public static StackOptions options() {
        return StackOptions.standard()
                .withLogLevel("DEBUG")
                .withSimulator(
                        "--devices", "50", "--latency", "20ms+-10", "--limit", "100000", "--token-limit", "10000")
                .withTokenServices(
                        2, Map.of("token.life.s", "20", "token.renew.fraction", "0.25", "token.overlap.ms", "3000"))
                .withProcessor(Map.of("quota.requests", "30000"));
    }

    /** Troubles a stack of these options for about half a minute, then searches. */
    public static SecretScanner run(LocalStack stack) throws InterruptedException {
        StackAddresses at = stack.addresses();
        Simulation simulation = new Simulation(at.control());
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        List<Simulation.Device> fleet = simulation.fleet();
        List<String> said = new ArrayList<>();
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            List<ExpectedRequest> all = new ArrayList<>();
            for (String fault : FAULTS) {
                simulation.fault(fault.replace("\\'", "\\\"").replace('\'', '"'));
                List<ExpectedRequest> some = new Workload(
                                "leak-" + all.size(), all.size() + 1, TIME_TO_LIVE, TIME_TO_LIVE)
                        .plan(REQUESTS_PER_FAULT, fleet, Instant.now());
                publisher.publish(some);
                all.addAll(some);
                said.addAll(said(stack));
                answers.readFor(PER_FAULT);
                simulation.clearFaults();
            }
            answers.await(all, TIME_TO_LIVE.plusSeconds(10), Duration.ZERO, done -> {});
        }
        List<Secret> secrets = new ArrayList<>(stack.secrets());
        simulation.tokensEverMade().forEach(token -> secrets.add(Secret.of(token)));
        SecretScanner leaks = new SecretScanner(secrets);
        said.addAll(said(stack));
        said.forEach(body -> leaks.in("what an API said", body));
        for (Map.Entry<String, Long> process : stack.processes().entrySet()) {
            leaks.inProcess(process.getKey(), process.getValue());
        }
        leaks.inFiles(stack.logs());
        leaks.inTopics(at.bootstrapServers());
        return leaks;
    }

    /** Meters, health, and the answers to those who are refused. */
    private static List<String> said(LocalStack stack) {
        List<String> said = new ArrayList<>();
        TokenServiceClient stranger =
                new TokenServiceClient(stack.tokenServices().url(1), Secret.of("a-stranger-to-everybody"));
        for (String path : List.of("/metrics", "/ready", "/v1/token", "/v1/status", "/v1/" + "x".repeat(50))) {
            stranger.body(path).ifPresent(said::add);
        }
        TokenServiceClient reader = new TokenServiceClient(
                stack.tokenServices().url(2), stack.tokenServices().readerSecret());
        for (String path : List.of("/metrics", "/v1/status", "/v1/token?wait_ms=never")) {
            reader.body(path).ifPresent(said::add);
        }
        for (String path : List.of("/metrics", "/ready", "/status")) {
            body(stack.processors().url(1) + path, said);
        }
        return said;
    }

    private static void body(String url, List<String> said) {
        try {
            said.add(HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException away) {
            throw new IllegalStateException(url + " cannot be reached", away);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
