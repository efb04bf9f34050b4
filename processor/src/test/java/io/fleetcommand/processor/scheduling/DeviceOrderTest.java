package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.request.Priority;
import org.junit.jupiter.api.Test;

/** The order in which the requests of a device are called. */
class DeviceOrderTest {
    private final SchedulerBench bench = new SchedulerBench();

    @Test
    void devicesAreServedInTheOrderInWhichTheyGotWork() {
        bench.read(command("b1").of(B), 0);
        bench.read(command("a1").of(A), 1);

        assertThat(bench.grantAll(2)).containsExactly("b1", "a1");
    }

    @Test
    void aDeviceHasOneCallAtATime() {
        bench.read(command("a1").of(A), 0);
        bench.read(command("a2").of(A), 0);
        bench.read(poll("a3").of(A), 0);

        assertThat(bench.grantAll(1)).containsExactly("a1");
        bench.finish("a1", Outcome.Kind.DONE, 2);
        assertThat(bench.grantAll(3)).containsExactly("a2");
        bench.finish("a2", Outcome.Kind.DONE, 4);
        assertThat(bench.grantAll(5)).containsExactly("a3");
    }

    @Test
    void aCommandInBackOffBlocksLaterCommandsOfItsDeviceOnly() {
        bench.read(command("a1").of(A), 0);
        bench.read(command("a2").of(A), 0);
        bench.read(command("b1").of(B), 0);
        assertThat(bench.grantAll(1)).containsExactly("a1", "b1");

        bench.finish("a1", Outcome.Kind.UNREACHABLE, 2);
        assertThat(bench.grantAll(3)).isEmpty();
        assertThat(bench.grantAll(101)).isEmpty();
        assertThat(bench.grantAll(102)).containsExactly("a1");
    }

    @Test
    void aPollMayOvertakeACommandInBackOff() {
        bench.read(command("a1").of(A), 0);
        bench.read(poll("a2").of(A), 0);
        assertThat(bench.grantAll(1)).containsExactly("a1");
        bench.finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(bench.grantAll(3)).containsExactly("a2");
    }

    @Test
    void aPollInBackOffBlocksNoOther() {
        bench.read(poll("a1").of(A), 0);
        bench.read(command("a2").of(A).in(Priority.BULK), 0);
        assertThat(bench.grantAll(1)).containsExactly("a1");
        bench.finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(bench.grantAll(3)).containsExactly("a2");
    }

    @Test
    void aPollToBeRetriedIsDeferredForThePollsBehindIt() {
        bench.read(poll("p1").of(A), 0);
        bench.read(poll("p2").of(A), 0);
        assertThat(bench.grantAll(1)).containsExactly("p1");
        bench.finish("p1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(bench.grantAll(3)).containsExactly("p2");
        bench.finish("p2", Outcome.Kind.DONE, 4);
        assertThat(bench.grantAll(101)).isEmpty();
        assertThat(bench.grantAll(102)).containsExactly("p1");
    }

    @Test
    void aRequestWithNotBeforeLetsOthersGoFirst() {
        bench.read(command("later").of(A).notBefore(50), 0);
        bench.read(command("now").of(A), 0);
        assertThat(bench.grantAll(1)).containsExactly("now");
        bench.finish("now", Outcome.Kind.DONE, 2);

        assertThat(bench.grantAll(49)).isEmpty();
        assertThat(bench.grantAll(50)).containsExactly("later");
    }

    @Test
    void onceDueACommandForLaterGoesBeforeWhatWasReadAfterIt() {
        bench.read(command("first").of(A), 0);
        bench.read(command("later").of(A).notBefore(50), 0);
        bench.read(command("last").of(A), 0);
        assertThat(bench.grantAll(1)).containsExactly("first");
        bench.finish("first", Outcome.Kind.DONE, 60);

        assertThat(bench.grantAll(61)).containsExactly("later");
        bench.finish("later", Outcome.Kind.UNREACHABLE, 62);
        assertThat(bench.grantAll(63)).isEmpty();
    }

    @Test
    void prioritiesGoInTheirOrder() {
        bench.read(poll("bulk").of(A), 0);
        bench.read(command("normal").of(B), 1);
        bench.read(command("urgent").of("c".repeat(24)).in(Priority.URGENT), 2);

        assertThat(bench.grantAll(3)).containsExactly("urgent", "normal", "bulk");
    }

    @Test
    void anUrgentCommandOvertakesItsDevicesOwnBulkWork() {
        bench.read(poll("bulk").of(A), 0);
        bench.read(command("urgent").of(A).in(Priority.URGENT), 1);

        assertThat(bench.grantAll(2)).containsExactly("urgent");
    }

    @Test
    void commandsOfADeviceStayInReadingOrderAcrossRequesters() {
        bench.read(command("a1").from("a").of(A), 0);
        bench.read(command("a2").from("a").of(A), 0);
        bench.read(command("b3").from("b").of(A), 0);
        bench.read(command("a4").from("a").of(A), 0);

        assertThat(bench.serveAll()).containsExactly("a1", "a2", "b3", "a4");
    }

    @Test
    void aRequestTerminatedInMidQueueIsSkipped() {
        bench.read(command("a1").of(A), 0);
        bench.read(command("a2").of(A).until(5), 0);
        bench.read(command("a3").of(A), 0);
        bench.take("a2", bench.ledger.onTimer(bench.entries.get("a2"), 6), 6);

        assertThat(bench.grantAll(6)).containsExactly("a1");
        bench.finish("a1", Outcome.Kind.DONE, 7);
        assertThat(bench.grantAll(8)).containsExactly("a3");
    }

    @Test
    void aRequestThatComesTooLateTakesNoTurn() {
        bench.read(command("late").of(A).until(4), 5);
        assertThat(bench.wanted(5)).isEmpty();
        assertThat(bench.scheduler.held()).isZero();

        bench.read(command("next").of(A), 5);
        assertThat(bench.grantAll(5)).containsExactly("next");
    }

    @Test
    void aRequestThatBecomesOverdueInItsQueueTakesNoTurn() {
        bench.read(command("a1").of(A).until(5), 0);
        bench.read(command("a2").of(A).until(5), 0);
        bench.read(command("a3").of(A), 0);
        bench.read(command("b1").of(B).until(5), 0);

        assertThat(bench.grantAll(6)).containsExactly("a3");
        bench.take("a1", bench.ledger.onTimer(bench.entries.get("a1"), 7), 7);
        bench.finish("a3", Outcome.Kind.DONE, 8);
        assertThat(bench.grantAll(9)).isEmpty();
    }
}
