package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.cloud.CloudBreaker;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An outage of the cloud of ten minutes, by a simulated clock. */
class OutageTest {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final int REQUESTS = 120;

    private final TopologyBench bench = new TopologyBench();
    private Predicate<Request> failing = request -> false;
    private Kind failure = Kind.NOT_SENT;
    private int sent;
    private final CloudBreaker cloud = new CloudBreaker(
            (request, done) -> {
                sent++;
                done.accept(Outcomes.of(failing.test(request) ? failure : Kind.DONE));
            },
            new CloudBreaker.Threshold(10, 3, Duration.ofMinutes(1)),
            new Backoff(5_000, 2, 30_000, 0.3),
            () -> 0,
            () -> 0.5,
            () -> TimeUnit.MILLISECONDS.toNanos(bench.nowMs()));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void anOutageOfTenMinutesCostsNoRequestAnythingButTime() {
        bench.cloudCallable = cloud::tryAcquirePermission;
        for (int number = 0; number < REQUESTS; number++) {
            bench.publish(command("c" + number)
                    .setDeviceId(device(number % 60))
                    .setGuarantee(number % 2 == 0 ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE)
                    .setMaxAttempts(1 + number % 3)
                    .setDeadline(TopologyBench.START.plusSeconds(3_600))
                    .build());
        }
        failing = request -> true;
        run(Duration.ofMinutes(10));
        assertThat(cloud.isClosed()).isFalse();
        assertThat(results()).isEmpty();
        // The failures that opened the breaker, and two probes for each open time of at least 4 s, and of 25 s from the
        // fourth on.
        assertThat(sent).isBetween(20, 20 + 2 * (3 + 600 / 25 + 1));
        assertThat(bench.inUse).isZero();

        failing = request -> false;
        int before = sent;
        run(Duration.ofMinutes(2));
        assertThat(cloud.isClosed()).isTrue();
        assertThat(sent - before).isEqualTo(REQUESTS);
        assertThat(results()).hasSize(REQUESTS).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getAttempts()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNCERTAIN", "GARBLED"})
    void oneDeviceThatTheCloudFailsBacksOffAloneWithAllThatIsAskedOfIt(Kind kind) {
        bench.cloudCallable = cloud::tryAcquirePermission;
        failure = kind;
        failing = request -> request.deviceId().equals(device(0));
        for (int number = 0; number < 20; number++) {
            bench.publish(command("c" + number).setDeviceId(device(0)).build());
            bench.publish(poll("p" + number)
                    .setDeviceId(device(0))
                    .setVariable("v" + number)
                    .build());
        }
        int ofOthers = 0;
        for (int second = 0; second < 50; second++) {
            for (int other = 1; other <= 3; other++) {
                bench.publish(command("o" + second + "." + other)
                        .setDeviceId(device(other))
                        .build());
                ofOthers++;
            }
            run(Duration.ofSeconds(1));
            assertThat(cloud.isClosed()).isTrue();
        }
        assertThat(results())
                .hasSize(ofOthers)
                .allSatisfy(result -> assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED));
        // At 0, 1, 3, 7, 15 and 31 s, of all forty together.
        assertThat(sent - ofOthers).isBetween(6, 8);
    }

    private static String device(int number) {
        return String.format("%024x", number);
    }

    private void run(Duration time) {
        for (long tick = 0; tick < time.dividedBy(TICK); tick++) {
            bench.permits = 7;
            bench.pass(TICK);
            bench.readJournal();
            bench.callAll(cloud);
        }
    }

    private List<CommandResult> results() {
        List<CommandResult> results = new ArrayList<>();
        bench.read(bench.topics.commandResults()).forEach(record -> results.add((CommandResult) record.value()));
        return results;
    }
}
