package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.poll;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.device;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.request.Action;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How topics, requesters and devices take turns. */
class FairTurnsTest {
    private final SchedulerBench bench = new SchedulerBench();

    @Test
    void tenPollsGetEverySecondTurnBesideAnothersFiftyThousand() {
        for (int number = 0; number < 50_000; number++) {
            bench.read(poll("a-" + number).from("a").of(device(number % 500)), 0);
        }
        for (int number = 0; number < 10; number++) {
            bench.read(poll("b-" + number).from("b").of(device(number)), 1);
        }

        assertThat(bench.scheduler.held()).isEqualTo(510);
        for (int turn = 0; turn < 20; turn++) {
            Turn next = bench.next(2).orElseThrow();
            assertThat(next.key().requestId()).as("turn %s", turn).startsWith(turn % 2 == 0 ? "a-" : "b-");
            bench.grant(next, 2);
            bench.finish(next.key().requestId(), Outcome.Kind.DONE, 2);
        }
        assertThat(bench.next(2).orElseThrow().key().requestId()).startsWith("a-");
    }

    @Test
    void servicesTakeTurnsAtOneDeviceToo() {
        for (int number = 0; number < 4; number++) {
            bench.read(poll("a-" + number).from("a").of(A), 0);
        }
        bench.read(poll("b-0").from("b").of(A), 0);
        bench.read(poll("b-1").from("b").of(A), 0);

        assertThat(bench.serveAll()).containsExactly("a-0", "b-0", "a-1", "b-1", "a-2", "a-3");
    }

    @Test
    void aServiceThatReturnsAfterEveryResultDoesNotJumpTheQueue() {
        bench.read(poll("a-0").from("a").of(A), 0);
        bench.read(poll("a-1").from("a").of(A), 0);
        bench.read(poll("b-0").from("b").of(A), 0);
        List<String> served = new ArrayList<>();
        for (int turn = 1; turn <= 4; turn++) {
            String id = bench.next(1).orElseThrow().key().requestId();
            served.add(id);
            bench.grant(bench.next(1).orElseThrow(), 1);
            bench.finish(id, Outcome.Kind.DONE, 1);
            if (id.startsWith("b")) {
                bench.read(poll("b-" + turn).from("b").of(A), 1);
            }
        }

        assertThat(served).containsExactly("a-0", "b-0", "a-1", "b-2");
    }

    @Test
    void variablesOfADeviceTakeTurns() {
        for (int number = 0; number < 2; number++) {
            for (String variable : List.of("t", "v", "w")) {
                bench.read(poll(variable + number).of(A).asking(new Action.Read(variable, 0)), 0);
            }
        }

        assertThat(bench.serveAll()).containsExactly("t0", "v0", "w0", "t1", "v1", "w1");
    }

    @Test
    void aTopicGetsNoMoreTurnsByNamingMoreRequesters() {
        for (int number = 0; number < 50; number++) {
            bench.read(poll("a-" + number).from("requester-" + number).of(device(number)), 0);
            bench.read(poll("b-" + number).through("other.polls").of(device(100 + number)), 0);
        }

        assertThat(bench.serveAll().subList(0, 40).stream()
                        .filter(id -> id.startsWith("b-"))
                        .toList())
                .hasSize(20);
    }
}
