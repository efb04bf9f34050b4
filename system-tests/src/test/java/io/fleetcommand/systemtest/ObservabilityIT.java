package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.operations.status.Instances;
import io.fleetcommand.operations.status.StatusReport;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operations staff see of two running processors, before and after one of them is killed. */
class ObservabilityIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-");
    private static final Pattern METRIC = Pattern.compile("\\b(?:fleet|kafka|okhttp|jvm|process)_[a-z0-9_]+");

    @Test
    void metersAndStatusTellWhatTheInstancesDo() throws Exception {
        StackOptions options = StackOptions.standard()
                .withProcessors(2)
                .withSimulator("--devices", "50", "--latency", "20ms", "--limit", "60000")
                .withProcessor(Map.of("quota.requests", "60000"));
        try (LocalStack stack = LocalStack.start(Installation.find(), options)) {
            long answered = answered(stack.addresses());
            String first = stack.processors().url(1);
            String second = stack.processors().url(2);

            String scrape = get(first + "/metrics") + get(second + "/metrics");
            assertThat(scrape.lines()
                            .filter(line -> line.startsWith("fleet_results_total{"))
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                            .sum())
                    .isGreaterThanOrEqualTo(answered);
            // The lag is known for a partition once it was read from, and looked up once a minute.
            await().atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(metrics(get(first + "/metrics")
                                    + get(second + "/metrics")
                                    + get(stack.tokenServices().url(1) + "/metrics")))
                            .containsAll(metricsInDashboardAndRules()));
            assertThat(scrape.lines().count()).as("lines of two scrapes").isLessThan(3_000);

            StatusReport both = ask(first, second);
            assertThat(both.isGood()).as(both.table()).isTrue();
            JsonNode report = new ObjectMapper().readTree(both.json());
            assertThat(report.path("total").path("partitions").asInt()).isEqualTo(12);
            assertThat(report.path("total").path("normal").path("waiting").asInt())
                    .isZero();
            assertThat(report.findValuesAsText("instance")).containsExactly("processor-1", "processor-2");
            assertThat(report.path("instances").get(0).path("token").path("version"))
                    .isEqualTo(report.path("instances").get(1).path("token").path("version"));

            Set<String> series = kafkaSeries(get(second + "/metrics"));
            stack.processors().kill(2);
            StatusReport one = ask(first, second);
            assertThat(one.isGood()).isFalse();
            assertThat(one.table()).contains("processor-1", second + " does not answer");

            stack.processors().start(2);
            stack.processors().await(2);
            String restarted = stack.processors().url(2);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(kafkaSeries(get(restarted + "/metrics"))).containsAll(series));
            assertThat(series)
                    .isNotEmpty()
                    .noneMatch(line -> RANDOM.matcher(line).find());
        }
    }

    /** Runs a few requests and gives how many answers there were. */
    private static long answered(StackAddresses at) {
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            List<Simulation.Device> online = new Simulation(at.control())
                    .fleet().stream().filter(Simulation.Device::online).toList();
            List<ExpectedRequest> plan = new Workload("seen", 5, Duration.ofSeconds(100), Duration.ofSeconds(1))
                    .plan(200, online, Instant.now());
            publisher.publish(plan);
            assertThat(answers.await(plan, Duration.ofSeconds(120), Duration.ofSeconds(1), done -> {}))
                    .isTrue();
            return plan.stream().map(ExpectedRequest::requestId).distinct().count();
        }
    }

    private static StatusReport ask(String... urls) {
        return new StatusReport(new Instances(Duration.ofSeconds(10)).ask(List.of(urls)));
    }

    private static Set<String> metricsInDashboardAndRules() throws IOException {
        String rules = Files.readString(RulesTest.FOLDER.resolve("rules.yaml"));
        String queries = String.join("\n", RulesTest.dashboardQueries());
        return METRIC.matcher(rules + queries)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> metrics(String scrape) {
        return scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toSet());
    }

    /** Of whole clients: the lag comes and goes with the partitions. */
    private static Set<String> kafkaSeries(String scrape) {
        return scrape.lines()
                .filter(line -> line.startsWith("kafka_") && !line.contains("partition="))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toSet());
    }

    private static String get(String url) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
