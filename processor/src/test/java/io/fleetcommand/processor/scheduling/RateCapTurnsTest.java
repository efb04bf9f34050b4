package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.B;
import static io.fleetcommand.processor.scheduling.SchedulerBench.EVERYTHING;
import static io.fleetcommand.processor.scheduling.SchedulerBench.LAMPS;
import static io.fleetcommand.processor.scheduling.SchedulerBench.MAX_HELD;
import static io.fleetcommand.processor.scheduling.SchedulerBench.NORMAL;
import static io.fleetcommand.processor.scheduling.SchedulerBench.TO_A_LAMP;
import static io.fleetcommand.processor.scheduling.SchedulerBench.lamp;
import static io.fleetcommand.processor.scheduling.SchedulerBench.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import org.junit.jupiter.api.Test;

/** Turns of requests whose rule has a rate cap. */
class RateCapTurnsTest {
    private final SchedulerBench bench = new SchedulerBench();

    @Test
    void callsUnderARateCapNeedAPermitOfTheirOwn() {
        bench.replacePolicy(LAMPS);
        bench.read(lamp("a1").of(A).from("a"), 0);
        bench.read(command("b1").of(B).from("b"), 0);

        assertThat(bench.wanted(1)).containsExactly(TO_A_LAMP, NORMAL);
        assertThat(bench.next(TO_A_LAMP, 1)).contains(bench.turn("a1", TO_A_LAMP, 0));
        assertThat(bench.next(NORMAL, 1)).contains(bench.turn("b1", NORMAL, 0));
        assertThat(bench.next(QuotaClass.of(Priority.URGENT), 1)).isEmpty();
    }

    @Test
    void higherPrioritiesGoFirstWhateverTheirRateCaps() {
        bench.replacePolicy(LAMPS);
        bench.read(lamp("a1").of(A), 0);
        bench.read(command("b1").of(B).in(Priority.URGENT), 1);

        assertThat(bench.wanted(1)).containsExactly(QuotaClass.of(Priority.URGENT), TO_A_LAMP);
    }

    @Test
    void aServiceServedUnderARateCapGoesBehindWithAllItsRequests() {
        bench.replacePolicy(LAMPS);
        bench.read(lamp("a1").of(A).from("a"), 0);
        bench.read(command("a2").of("d".repeat(24)).from("a"), 0);
        bench.read(command("b1").of(B).from("b"), 0);
        bench.grant(bench.next(TO_A_LAMP, 1).orElseThrow(), 1);

        assertThat(bench.nextId(NORMAL, 1)).isEqualTo("b1");
    }

    @Test
    void devicesOfAServiceGoInTheirOrderWhateverTheirRateCaps() {
        bench.replacePolicy(LAMPS);
        bench.read(command("a1").of(A), 0);
        bench.read(lamp("b1").of(B), 1);
        bench.read(command("c1").of("c".repeat(24)), 2);
        bench.read(lamp("d1").of("d".repeat(24)), 3);

        assertThat(bench.grantAll(4)).containsExactly("a1", "b1", "c1", "d1");
    }

    @Test
    void aRateCappedCommandDoesNotBlockItsServicesPolls() {
        bench.replacePolicy(LAMPS);
        bench.read(lamp("a1").of(A), 0);
        bench.read(poll("a2").of(A).in(Priority.NORMAL), 0);

        assertThat(bench.nextId(NORMAL, 1)).isEqualTo("a2");
    }

    @Test
    void aRateCapOnTheFirstCommandKeepsADevicesOrder() {
        bench.replacePolicy(LAMPS);
        bench.read(lamp("a1").of(A), 0);
        bench.read(command("a2").of(A), 0);

        assertThat(bench.wanted(1)).containsExactly(TO_A_LAMP);
        assertThat(bench.serveAll()).containsExactly("a1", "a2");
    }

    @Test
    void aNewPolicyAppliesToWaitingRequests() {
        bench.read(lamp("a1").of(A), 0);
        bench.read(lamp("a2").of(A), 0);
        bench.read(lamp("b1").of(B), 0);
        bench.grant(bench.next(NORMAL, 0).orElseThrow(), 0);
        assertThat(bench.wanted(1)).containsExactly(NORMAL);

        bench.policy = LAMPS;
        assertThat(bench.wanted(2)).containsExactly(TO_A_LAMP);
        bench.finish("a1", Outcome.Kind.DONE, 3);
        assertThat(bench.nextId(TO_A_LAMP, 3)).isEqualTo("b1");
        assertThat(bench.wanted(3)).containsExactly(TO_A_LAMP);

        bench.policy = EVERYTHING;
        assertThat(bench.wanted(4)).containsExactly(NORMAL);
        assertThat(bench.serveAll()).as("in reading order").containsExactly("a2", "b1");
        assertThat(bench.scheduler.held()).isZero();
    }

    @Test
    void aTaskThatStartsRecomputesTheRateCaps() {
        bench.read(lamp("a1").of(A), 0);
        bench.read(command("b1").of(B), 1);
        bench.policy = LAMPS;
        FairScheduler next = bench.newScheduler(MAX_HELD);
        bench.entries.values().forEach(entry -> next.put(entry, 2));

        assertThat(wanted(next, 2)).containsExactlyInAnyOrder(TO_A_LAMP, NORMAL);
    }
}
