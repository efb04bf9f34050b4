package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.TokenServiceClient;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import io.fleetcommand.systemtest.secrets.SecretScanner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the rotation of the token costs the requests, and what it withstands: a rotation every five seconds under load
 * with the old token revoked after three, a storm of refusals, the leader killed, fifty restarts with a wrong secret,
 * and a search for leaks.
 */
public final class TokenBench implements Bench {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final int PER_SECOND = 200;
    private static final int SLICE = 50;
    /** So many requests before anything is measured: by then the JIT compiler has done most of its work. */
    private static final int WARM_UP = 8_000;

    private static final int STORM = 1_000;
    private static final int RESTARTS = 50;
    private static final Duration LATE = Duration.ofSeconds(1);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Map<String, String> EVERY_FIVE_SECONDS =
            Map.of("token.life.s", "20", "token.renew.fraction", "0.25", "token.overlap.ms", "3000");

    private final Duration underLoad;

    /** @param underLoad how long tokens are rotated under load */
    public TokenBench(Duration underLoad) {
        this.underLoad = underLoad;
    }

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        Map<String, Number> figures = new LinkedHashMap<>();
        StackOptions options = StackOptions.standard()
                .withSimulator(
                        "--devices", "1000", "--latency", "100ms+-50", "--limit", "1000000", "--token-limit", "10000")
                .withTokenServices(2, EVERY_FIVE_SECONDS)
                .withProcessor(Map.of("quota.requests", "120000"));
        try (LocalStack stack = LocalStack.start(installation, options)) {
            Simulation simulation = new Simulation(stack.addresses().control());
            rotateUnderLoad(stack, simulation, figures, tell);
            storm(stack, simulation, figures, tell);
            restartWithWrongSecret(stack, simulation, figures, tell);
            failOver(stack, figures, tell);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        try (LocalStack stack = LocalStack.start(installation, LeakHunt.options())) {
            tell.accept("searching for leaks, everything at DEBUG");
            SecretScanner leaks = LeakHunt.run(stack);
            leaks.places().forEach(place -> tell.accept("LEAK: " + place));
            figures.put("leaks_found", leaks.places().size());
            figures.put("bytes_searched_for_leaks", leaks.searched());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        return figures;
    }

    private void rotateUnderLoad(
            LocalStack stack, Simulation simulation, Map<String, Number> figures, Consumer<String> tell) {
        StackAddresses at = stack.addresses();
        Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
        List<Simulation.Device> fleet = simulation.fleet();
        TokenServiceClient reader = new TokenServiceClient(
                stack.tokenServices().url(1), stack.tokenServices().readerSecret());
        List<ExpectedRequest> plan = new ArrayList<>();
        Map<RequestKey, Instant> askedAt = new HashMap<>();
        List<Instant> rotations = new ArrayList<>();
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            warmUp(answers, publisher, fleet);
            simulation.clearCounts();
            long before = reader.version().orElseThrow();
            long startNanos = System.nanoTime();
            for (int slice = 0; slice * (long) SLICE < PER_SECOND * underLoad.toSeconds(); slice++) {
                Instant now = Instant.now();
                List<ExpectedRequest> some =
                        new Workload("rotate-" + slice, slice, TIME_TO_LIVE, TIME_TO_LIVE).plan(SLICE, fleet, now);
                publisher.publish(some);
                some.forEach(request -> askedAt.put(request.key(), now));
                plan.addAll(some);
                long version = reader.version().orElse(before);
                if (version != before) {
                    rotations.add(Instant.now());
                    before = version;
                }
                long dueNanos = startNanos + TimeUnit.SECONDS.toNanos(1) * SLICE * (slice + 1L) / PER_SECOND;
                answers.readFor(Duration.ofNanos(Math.max(1_000_000, dueNanos - System.nanoTime())));
            }
            answers.await(plan, TIMEOUT, Duration.ofSeconds(1), done -> {});
            List<ReceivedResult> results = plan.stream()
                    .flatMap(request -> answers.of(request).stream())
                    .toList();
            Map<RequestKey, Long> waits = new HashMap<>();
            results.forEach(result -> waits.put(
                    result.key(),
                    Duration.between(askedAt.get(result.key()), result.finishedAt())
                            .toMillis()));
            long median = waits.values().stream()
                    .sorted()
                    .skip(waits.size() / 2)
                    .findFirst()
                    .orElse(0L);
            List<ReceivedResult> late = results.stream()
                    .filter(result -> waits.get(result.key()) > median + LATE.toMillis())
                    .toList();
            figures.put("rotations", rotations.size());
            figures.put("requests", plan.size());
            figures.put("unanswered", plan.size() - results.size());
            figures.put(
                    "failed_unauthorised",
                    simulation.summary().path("by_status").path("401").asLong());
            figures.put(
                    "late_because_of_rotation",
                    late.stream()
                            .filter(result -> rotations.stream()
                                    .anyMatch(rotation -> isDuring(rotation, result, askedAt.get(result.key()))))
                            .count());
            figures.put("late_at_all", late.size());
            figures.put("median_ms", median);
            figures.put(
                    "live_tokens_max",
                    simulation.summary().path("tokens_live_most").asLong());
            tell.accept(rotations.size() + " rotations under " + plan.size() + " requests, " + late.size()
                    + " answered more than a second later than the median");
        }
    }

    private static void warmUp(ResultCollector answers, Publisher publisher, List<Simulation.Device> fleet) {
        List<ExpectedRequest> plan =
                new Workload("warm-up", 1, TIME_TO_LIVE, TIME_TO_LIVE).plan(WARM_UP, fleet, Instant.now());
        publisher.publish(plan);
        answers.await(plan, TIMEOUT, Duration.ZERO, done -> {});
    }

    /** Whether the old token was replaced, or revoked three seconds after, while the request was under way. */
    private static boolean isDuring(Instant rotation, ReceivedResult result, Instant asked) {
        Duration margin = Duration.ofMillis(500);
        for (Instant moment : List.of(rotation, rotation.plusSeconds(3))) {
            if (!moment.plus(margin).isBefore(asked) && !moment.minus(margin).isAfter(result.finishedAt())) {
                return true;
            }
        }
        return false;
    }

    private static void storm(
            LocalStack stack, Simulation simulation, Map<String, Number> figures, Consumer<String> tell)
            throws InterruptedException {
        TokenServiceClient leader = leader(stack);
        long version = settled(leader);
        simulation.clearCounts();
        simulation.revokeTokens();
        long verdicts = leader.reject(version, STORM).stream()
                .filter(verdict -> verdict.filter("replaced"::equals).isPresent())
                .count();
        long mints = simulation.summary().path("tokens_minted").asLong();
        figures.put("reports_answered_in_401_storm", verdicts);
        figures.put("mints_after_401_storm", mints);
        // Each new token is proven by an inspection of its own, which is not one of the reported token.
        figures.put(
                "inspections_after_401_storm",
                simulation.summary().path("tokens_inspected").asLong() - mints);
        tell.accept(STORM + " reports of one version: " + mints + " mint");
    }

    /** Waits for a version that is fresh, so that no rotation by age falls into what is measured next. */
    private static long settled(TokenServiceClient leader) throws InterruptedException {
        long before = leader.version().orElseThrow();
        long now = before;
        while (now == before) {
            TimeUnit.MILLISECONDS.sleep(50);
            now = leader.version().orElse(before);
        }
        return now;
    }

    private static TokenServiceClient leader(LocalStack stack) {
        return new TokenServiceClient(
                stack.tokenServices().url(leaderNumber(stack)),
                stack.tokenServices().readerSecret());
    }

    private static int leaderNumber(LocalStack stack) {
        for (int number = 1; number <= 2; number++) {
            boolean leads = new TokenServiceClient(
                            stack.tokenServices().url(number),
                            stack.tokenServices().operatorSecret())
                    .status()
                    .filter(status -> status.path("leads").asBoolean())
                    .isPresent();
            if (leads) {
                return number;
            }
        }
        throw new IllegalStateException("no replica of the token-service leads");
    }

    private static void restartWithWrongSecret(
            LocalStack stack, Simulation simulation, Map<String, Number> figures, Consumer<String> tell) {
        long before = simulation.summary().path("failed_mints").asLong();
        Map<String, String> wrong = Map.of("client.secret", "this-is-not-the-secret");
        for (int restart = 1; restart <= RESTARTS; restart++) {
            stack.tokenServices().tryOut(wrong);
        }
        long mints = simulation.summary().path("failed_mints").asLong() - before;
        figures.put("mints_in_50_restarts_with_wrong_secret", mints);
        tell.accept(RESTARTS + " restarts with a wrong secret: " + mints + " mints");
    }

    private static void failOver(LocalStack stack, Map<String, Number> figures, Consumer<String> tell)
            throws InterruptedException {
        int leading = leaderNumber(stack);
        TokenServiceClient survivor = new TokenServiceClient(
                stack.tokenServices().url(3 - leading), stack.tokenServices().readerSecret());
        long startNanos = System.nanoTime();
        stack.tokenServices().kill(leading);
        TimeUnit.MILLISECONDS.sleep(300);
        long last = survivor.version().orElse(0L);
        int errors = 0;
        long now = last;
        while (now == last && System.nanoTime() - startNanos < TIMEOUT.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(50);
            long version = survivor.version().orElse(0L);
            errors += version == 0 ? 1 : 0;
            now = version == 0 ? last : version;
        }
        double seconds = Math.round((System.nanoTime() - startNanos) / 1e8) / 10.0;
        figures.put("failover_seconds", seconds);
        figures.put("reader_errors_in_failover", errors);
        tell.accept("the leader was killed; the other published the next token after " + seconds + " s");
    }
}
