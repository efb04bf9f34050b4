package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.B;
import static io.fleetcommand.processor.scheduling.SchedulerBench.device;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is held in memory, and how devices take turns for it. */
class DeviceParkingTest {
    private final SchedulerBench bench = new SchedulerBench();

    @Test
    void memoryGrowsWithBusyDevicesAndNotWithTheirRequests() {
        for (int number = 0; number < 500; number++) {
            bench.read(poll("poll-" + number).of(A), 0);
        }

        assertThat(bench.scheduler.held()).isEqualTo(1);
        for (int number = 0; number < 500; number++) {
            assertThat(bench.grantAll(1)).containsExactly("poll-" + number);
            assertThat(bench.scheduler.held()).isLessThanOrEqualTo(2);
            bench.finish("poll-" + number, Outcome.Kind.DONE, 1);
        }
        assertThat(bench.scheduler.held()).isZero();
    }

    @Test
    void theBacklogIsReadOnlyBeyondTheLookahead() {
        bench.read(command("a1").of(A), 0);
        bench.read(command("a2").of(A), 0);
        bench.read(poll("a3").of(A), 0);
        bench.read(poll("a4").of(A), 0);

        assertThat(bench.serveAll()).containsExactly("a1", "a2", "a3", "a4");
        assertThat(bench.backlogReads).isZero();
    }

    @Test
    void theBacklogIsReadAFewRequestsAtATime() {
        List<String> ids = IntStream.range(0, 3 * (1 + Lookahead.MAX_POSITIONS) + 2)
                .mapToObj(number -> "c" + number)
                .toList();
        ids.forEach(id -> bench.read(command(id).of(A), 0));

        assertThat(bench.serveAll()).isEqualTo(ids);
        assertThat(bench.backlogReads).isEqualTo(3);
    }

    @Test
    void memoryIsBoundedAndEveryDeviceIsServed() {
        SchedulerBench small = new SchedulerBench(100);
        for (int number = 0; number < 5_000; number++) {
            small.read(poll("p" + number).of(device(number)), 0);
            assertThat(small.scheduler.held()).isLessThanOrEqualTo(100);
        }

        assertThat(small.serveAll())
                .isEqualTo(IntStream.range(0, 5_000)
                        .mapToObj(number -> "p" + number)
                        .toList());
        assertThat(small.scheduler.held()).isZero();
        assertThat(small.parkedDevices.parked()).isZero();
    }

    @Test
    void aNewServiceGetsEverySecondTurnThoughMemoryIsFull() {
        SchedulerBench small = new SchedulerBench(100);
        for (int number = 0; number < 5_000; number++) {
            small.read(poll("a-" + number).from("a").of(device(number)), 0);
        }
        for (int number = 0; number < 100; number++) {
            small.read(poll("b-" + number).from("b").of(device(10_000 + number)), 1);
        }

        assertThat(small.serveAll().subList(0, 200).stream()
                        .filter(id -> id.startsWith("b-"))
                        .toList())
                .hasSize(100);
    }

    @Test
    void aThousandDevicesInBackOffYieldTheirMemory() {
        SchedulerBench small = new SchedulerBench(10);
        for (int number = 0; number < 1_000; number++) {
            small.backoffs.put(device(number), 50L);
            small.read(poll("backing-off-" + number).of(device(number)), 0);
        }
        small.read(poll("ready").of(A), 1);
        assertThat(small.grantAll(2)).containsExactly("ready");
        small.finish("ready", Outcome.Kind.DONE, 3);

        assertThat(small.grantAll(49)).isEmpty();
        List<String> served = new ArrayList<>();
        for (int round = 0; round < 1_000; round++) {
            small.grantAll(50).forEach(id -> {
                served.add(id);
                small.finish(id, Outcome.Kind.DONE, 50);
            });
        }
        assertThat(served).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void devicesOfALongBacklogTakeTurnsInLittleMemory() {
        SchedulerBench small = new SchedulerBench(2);
        for (int number = 0; number < 30; number++) {
            small.read(command("c" + number).of(device(number % 10)), 0);
        }

        List<String> served = small.serveAll();
        assertThat(served).hasSize(30);
        assertThat(served.subList(0, 10).stream()
                        .map(id -> Integer.parseInt(id.substring(1)) % 10)
                        .distinct())
                .hasSize(10);
    }

    @Test
    void aDeviceParkedDuringItsCallComesBackWhenTheCallEnds() {
        SchedulerBench small = new SchedulerBench(1);
        small.read(command("a1").of(A), 0);
        assertThat(small.grantAll(0)).containsExactly("a1");
        small.read(command("a2").of(A), 0);
        small.read(command("b1").of(B), 0);
        assertThat(small.grantAll(1)).containsExactly("b1");
        small.finish("b1", Outcome.Kind.DONE, 2);
        assertThat(small.grantAll(2)).isEmpty();

        small.finish("a1", Outcome.Kind.DONE, 3);
        assertThat(small.grantAll(3)).containsExactly("a2");
    }
}
