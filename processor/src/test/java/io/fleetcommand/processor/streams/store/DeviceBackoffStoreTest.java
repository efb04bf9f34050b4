package io.fleetcommand.processor.streams.store;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.DeviceBackoff;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.ledger.RetryDelay;
import io.fleetcommand.processor.streams.topology.TopologyBench;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Devices that do not respond back off: for 10 s, 20 s, 40 s and so on. */
class DeviceBackoffStoreTest {
    private static final int DEVICES = 50;
    private static final int POLLS = 1_000;

    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aThousandPollsToFiftyOfflineDevicesCostFiftyCallsPerBackOffAndTheOthersExpireWithoutACall() {
        for (int number = 0; number < POLLS; number++) {
            bench.publish(poll("p" + number)
                    .setDeviceId(device(number % DEVICES))
                    .setVariable("v" + number / DEVICES)
                    .setDeadline(TopologyBench.START.plusSeconds(100))
                    .build());
        }
        List<Integer> callsBySecond = new ArrayList<>();
        List<PollResult> results = new ArrayList<>();
        for (int second = 0; second < 110; second++) {
            int before = bench.started.size();
            for (int tick = 0; tick < 20; tick++) {
                bench.pass(Duration.ofMillis(50));
                bench.readJournal();
                bench.endAll(Outcomes.of(Kind.UNREACHABLE));
            }
            callsBySecond.add(bench.started.size() - before);
            results.addAll(results());
        }

        assertThat(calls(callsBySecond, 0, 10)).isEqualTo(DEVICES);
        assertThat(calls(callsBySecond, 10, 30)).isEqualTo(DEVICES);
        assertThat(calls(callsBySecond, 30, 70)).isEqualTo(DEVICES);
        assertThat(calls(callsBySecond, 70, 110)).isEqualTo(DEVICES);
        Map<Status, Long> byStatus =
                results.stream().collect(Collectors.groupingBy(PollResult::getStatus, Collectors.counting()));
        assertThat(byStatus.get(Status.EXPIRED) + byStatus.get(Status.OUTCOME_UNKNOWN))
                .isEqualTo(POLLS);
        assertThat(byStatus.get(Status.EXPIRED)).isGreaterThanOrEqualTo(POLLS - 4 * DEVICES);
        assertThat(results)
                .filteredOn(result -> result.getStatus() == Status.EXPIRED)
                .allSatisfy(result -> assertThat(result.getAttempts()).isZero());
    }

    @Test
    void aDeviceThatAnswersTheProbeGetsItsQueue() {
        bench.publish(command("c1").build());
        bench.publish(command("c2").build());
        bench.publish(poll("p1").setPriority(Priority.BULK).build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNREACHABLE));
        bench.pass(Duration.ofMillis(9_900));
        bench.readJournal();
        assertThat(bench.started).hasSize(1);

        bench.pass(Duration.ofMillis(100));
        bench.readJournal();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1", "c1");
        for (int call = 0; call < 3; call++) {
            bench.end(Outcomes.of(Kind.DONE));
            bench.work();
        }
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1", "c1", "c2", "p1");
        KeyValueStore<String, DeviceBackoff> store = bench.store(DeviceBackoffStore.STORE);
        assertThat(store.get(DEVICE)).isNull();
    }

    @Test
    void anAtMostOnceCommandThatIsNotAnsweredStartsABackOffToo() {
        bench.publish(command("c1").setGuarantee(Guarantee.AT_MOST_ONCE).build());
        bench.publish(command("c2").build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNREACHABLE));
        bench.work();

        assertThat(bench.started).hasSize(1);
        assertThat(bench.read(bench.topics.commandResults()))
                .extracting(record -> ((CommandResult) record.value()).getStatus())
                .containsExactly(Status.OUTCOME_UNKNOWN);
    }

    @Test
    void aTaskThatStartsLeavesADeviceAloneAsTheOneBeforeItDid() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNREACHABLE));
        long untilMs = bench.nowMs() + 10_000;

        DeviceBackoffStore next =
                new DeviceBackoffStore(bench.store(DeviceBackoffStore.STORE), ledger(), bench.nowMs());
        assertThat(next.count()).isEqualTo(1);
        assertThat(next.untilMs(DEVICE)).hasValue(untilMs);
        next.backOff(DEVICE, Kind.UNREACHABLE, untilMs);
        KeyValueStore<String, DeviceBackoff> store = bench.store(DeviceBackoffStore.STORE);
        assertThat(store.get(DEVICE)).as("the second back-off").isEqualTo(new DeviceBackoff(2, untilMs + 20_000));
    }

    @Test
    void aBackOffIsForgottenLongAfterItEnded() {
        bench.publish(
                command("c1").setDeadline(TopologyBench.START.plusSeconds(1)).build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNREACHABLE));
        KeyValueStore<String, DeviceBackoff> store = bench.store(DeviceBackoffStore.STORE);
        bench.pass(Duration.ofSeconds(305));
        assertThat(store.get(DEVICE)).isNotNull();

        bench.pass(Duration.ofSeconds(10));
        assertThat(store.get(DEVICE)).isNull();
    }

    private static Ledger ledger() {
        RetryDelay backoff = new Backoff(10_000, 2, 300_000, 0)::delayMs;
        return new Ledger(new LedgerTimeouts(1, 1, 1, 1, 1, backoff, backoff), "next", () -> 0);
    }

    private static int calls(List<Integer> bySecond, int from, int to) {
        return bySecond.subList(from, to).stream().mapToInt(Integer::intValue).sum();
    }

    private static String device(int number) {
        return String.format("%024x", number);
    }

    private List<PollResult> results() {
        return bench.read(bench.topics.pollResults()).stream()
                .map(record -> (PollResult) record.value())
                .toList();
    }
}
