package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.B;
import static io.fleetcommand.processor.scheduling.SchedulerBench.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the scheduler is asked and what it tells: of turns and timers. */
class FairSchedulerTest {
    private final SchedulerBench bench = new SchedulerBench();

    @Test
    void aTurnTellsSinceWhenItWaitsForQuotaOnly() {
        bench.read(command("a1").of(A).notBefore(20), 0);
        assertThat(bench.next(10)).isEmpty();
        assertThat(bench.next(25)).contains(bench.turn("a1", NORMAL, 25));
        assertThat(bench.next(40)).contains(bench.turn("a1", NORMAL, 25));
    }

    @Test
    void aTurnCarriesThePermitThatWasReservedForIt() {
        bench.read(command("a1").of(A), 0);
        Permit permit = new Permit(NORMAL, (quotaClass, used) -> {});

        assertThat(bench.scheduler.next(wanted -> Optional.of(permit), 1))
                .contains(new Turn(new RequestKey(A, "a1"), QueuePosition.of(bench.entries.get("a1")), permit, 0));
    }

    @Test
    void anIdleSchedulerWantsNoPermit() {
        List<List<QuotaClass>> asked = new ArrayList<>();

        assertThat(bench.scheduler.next(
                        wanted -> {
                            asked.add(wanted);
                            return Optional.empty();
                        },
                        1))
                .isEmpty();
        assertThat(asked).containsExactly(List.of());
    }

    @Test
    void aRequestWithoutAPermitKeepsItsTurn() {
        bench.read(command("a1").of(A), 0);
        bench.read(command("b1").of(B), 0);

        assertThat(bench.wanted(1)).containsExactly(NORMAL);
        assertThat(bench.wanted(2)).containsExactly(NORMAL);
        assertThat(bench.grantAll(3)).containsExactly("a1", "b1");
    }

    @Test
    void aTimerFiresWhenAClaimIsLostAndWhenItsLeaseEnds() {
        bench.read(command("b1").of(B), 0);
        bench.take("b1", bench.ledger.onPermit(bench.entries.get("b1"), 0, 0), 0);
        assertThat(bench.scheduler.nextTimer(29)).isEmpty();
        assertThat(bench.scheduler.nextTimer(30)).contains(new RequestKey(B, "b1"));
        assertThat(bench.scheduler.nextTimer(30)).isEmpty();

        bench.take(
                "b1",
                bench.ledger.onJournalEvent(
                        Optional.of(bench.entries.get("b1")),
                        new JournalEvent.Claimed(new RequestKey(B, "b1"), 1, "mine", 0),
                        30),
                30);
        assertThat(bench.scheduler.nextTimer(59)).isEmpty();
        assertThat(bench.scheduler.nextTimer(60)).contains(new RequestKey(B, "b1"));
    }

    @Test
    void aFinalRequestLeavesTheScheduler() {
        bench.read(command("a1").of(A).until(30), 0);
        assertThat(bench.grantAll(1)).containsExactly("a1");
        bench.finish("a1", Outcome.Kind.DONE, 2);

        assertThat(bench.next(1_000)).isEmpty();
        assertThat(bench.scheduler.nextTimer(1_000_000)).isEmpty();
    }
}
