package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.cloud.CloudBreaker;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cloud rejects the token with 401 for five minutes of a simulated clock, in which it allows 10,000 requests. */
class RefusedTokenTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int QUOTA = 10_000;
    private static final Duration TICK = Duration.ofMillis(200);
    private static final int REQUESTS = 40;

    private final TopologyBench bench = new TopologyBench();
    private Predicate<Request> refused = request -> true;
    private boolean knownToBeGood;
    private long tokenVersion = 1;
    private int sent;
    private final CloudBreaker cloud = new CloudBreaker(
            (request, done) -> {
                sent++;
                done.accept(refused.test(request) ? refusal() : Outcomes.of(Kind.DONE));
            },
            new CloudBreaker.Threshold(10, 3, Duration.ofMinutes(1)),
            new Backoff(5_000, 2, 30_000, 0.3),
            () -> tokenVersion,
            () -> 0.5,
            () -> TimeUnit.MILLISECONDS.toNanos(bench.nowMs()));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void fortyCommandsOfFortyDevicesTakeLessThanAHundredthOfTheQuotaWhileTheTokenIsGood() {
        knownToBeGood = true;
        publishCommands(REQUESTS, 0);
        run(WINDOW);

        assertThat(cloud.isClosed()).isFalse();
        assertThat(sent).isBetween(10, QUOTA / 100);
        assertThat(results()).isEmpty();
    }

    @Test
    void theyTakeNoMoreWhileNobodyCanSayWhetherTheTokenIsGood() {
        publishCommands(REQUESTS, 0);
        run(WINDOW);

        assertThat(sent).isBetween(10, QUOTA / 100);
    }

    @Test
    void fortyPollsOfOneDeviceThatAloneIsRefusedTakeOneCallForEachOfItsBackOffs() {
        knownToBeGood = true;
        refused = request -> request.deviceId().equals(device(0));
        for (int number = 0; number < REQUESTS; number++) {
            bench.publish(poll("p" + number)
                    .setDeviceId(device(0))
                    .setVariable("v" + number)
                    .setDeadline(TopologyBench.START.plusSeconds(3_600))
                    .build());
        }
        int ofOthers = 0;
        for (int minute = 0; minute < 5; minute++) {
            for (int other = 1; other <= 100; other++) {
                bench.publish(poll("o" + minute + "." + other)
                        .setDeviceId(device(other))
                        .setDeadline(TopologyBench.START.plusSeconds(3_600))
                        .build());
                ofOthers++;
            }
            run(Duration.ofMinutes(1));
            assertThat(cloud.isClosed()).isTrue();
        }
        // At 0, 1, 3, 7, 15, 31, 63 s and then each minute.
        assertThat(sent - ofOthers).isBetween(8, 11);
    }

    @Test
    void aTokenThatWasRevokedCostsNoAttemptAndWhatWaitsIsCalledAsSoonAsThereIsANewOne() {
        publishCommands(REQUESTS, 1);
        run(Duration.ofSeconds(10));
        assertThat(results()).isEmpty();

        tokenVersion = 2;
        refused = request -> false;
        sent = 0;
        run(Duration.ofSeconds(10));
        assertThat(cloud.isClosed()).isTrue();
        assertThat(sent).isEqualTo(REQUESTS);
        assertThat(results()).hasSize(REQUESTS).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getAttempts()).isEqualTo(1);
        });
    }

    @Test
    void a401NowAndThenDelaysOneRequestAndNobodyElse() {
        knownToBeGood = true;
        refused = request -> sent % 3 == 0;
        publishCommands(REQUESTS, 0);
        run(Duration.ofMinutes(2));

        assertThat(results())
                .hasSize(REQUESTS)
                .allSatisfy(result -> assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED));
        assertThat(sent).isLessThan(2 * REQUESTS);
    }

    @Test
    void attemptsAreUsedUpByAGoodTokenThatIsRefused() {
        knownToBeGood = true;
        publishCommands(1, 3);
        run(Duration.ofSeconds(20));

        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.FAILED);
            assertThat(result.getAttempts()).isEqualTo(3);
            assertThat(result.getDetail()).contains("it never ran", "though the token is good");
        });
    }

    private void publishCommands(int count, int maxAttempts) {
        for (int number = 0; number < count; number++) {
            bench.publish(command("c" + number)
                    .setDeviceId(device(number))
                    .setGuarantee(number % 2 == 0 ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE)
                    .setMaxAttempts(maxAttempts)
                    .setDeadline(TopologyBench.START.plusSeconds(3_600))
                    .build());
        }
    }

    private Outcome refusal() {
        Outcome inDoubt = Outcomes.of(Kind.UNAUTHORISED);
        return knownToBeGood ? inDoubt.withGoodToken() : inDoubt;
    }

    private void run(Duration time) {
        bench.cloudCallable = cloud::tryAcquirePermission;
        for (long tick = 0; tick < time.dividedBy(TICK); tick++) {
            bench.permits = 7;
            bench.pass(TICK);
            bench.readJournal();
            bench.callAll(cloud);
        }
    }

    private static String device(int number) {
        return String.format("%024x", number);
    }

    private List<CommandResult> results() {
        List<CommandResult> results = new ArrayList<>();
        bench.read(bench.topics.commandResults()).forEach(record -> results.add((CommandResult) record.value()));
        return results;
    }
}
