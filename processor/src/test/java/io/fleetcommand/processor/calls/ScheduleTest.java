package io.fleetcommand.processor.calls;

import static io.fleetcommand.processor.core.Requests.command;
import static io.fleetcommand.processor.core.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Agenda.Turn;
import io.fleetcommand.processor.core.Backoff;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Outcomes;
import io.fleetcommand.processor.core.Policy;
import io.fleetcommand.processor.core.Requests;
import io.fleetcommand.processor.core.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final String A = "aaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String B = "bbbbbbbbbbbbbbbbbbbbbbbb";

    private final Ledger ledger =
            new Ledger(new Policy(40, 20, 30, 1_000, new Backoff(100, 2, 1_000, 0)), "mine", () -> 0);
    private final Schedule schedule = new Schedule();
    private final Map<String, Entry> entries = new HashMap<>();
    private long sequence;

    @Test
    void devicesAreServedInTheOrderInWhichTheyGotWork() {
        read(command("b1").of(B), 0);
        read(command("a1").of(A), 1);

        assertThat(grantAll(2)).containsExactly("b1", "a1");
    }

    @Test
    void aDeviceHasOneCallAtATime() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A), 0);
        read(poll("a3").of(A), 0);

        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 2);
        assertThat(grantAll(3)).containsExactly("a2");
        finish("a2", Outcome.Kind.DONE, 4);
        assertThat(grantAll(5)).containsExactly("a3");
    }

    @Test
    void aCommandThatRestsHoldsItsDevicesLaterCommandsBackAndNobodyElses() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A), 0);
        read(command("b1").of(B), 0);
        assertThat(grantAll(1)).containsExactly("a1", "b1");

        finish("a1", Outcome.Kind.UNREACHABLE, 2);
        assertThat(grantAll(3)).isEmpty();
        assertThat(grantAll(101)).isEmpty();
        assertThat(grantAll(102)).containsExactly("a1");
    }

    @Test
    void aPollMayOvertakeACommandThatRests() {
        read(command("a1").of(A), 0);
        read(poll("a2").of(A), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("a2");
    }

    @Test
    void aPollThatRestsHoldsNobodyBack() {
        read(poll("a1").of(A), 0);
        read(command("a2").of(A).in(Lane.BULK), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("a2");
    }

    @Test
    void aRequestThatIsForLaterLetsOthersGoFirst() {
        read(command("later").of(A).notBefore(50), 0);
        read(command("now").of(A), 0);
        assertThat(grantAll(1)).containsExactly("now");
        finish("now", Outcome.Kind.DONE, 2);

        assertThat(grantAll(49)).isEmpty();
        assertThat(grantAll(50)).containsExactly("later");
    }

    @Test
    void lanesGoInTheirOrder() {
        read(poll("bulk").of(A), 0);
        read(command("normal").of(B), 1);
        read(command("urgent").of("c".repeat(24)).in(Lane.URGENT), 2);

        assertThat(grantAll(3)).containsExactly("urgent", "normal", "bulk");
    }

    @Test
    void anUrgentCommandOvertakesItsDevicesOwnBulkWork() {
        read(poll("bulk").of(A), 0);
        read(command("urgent").of(A).in(Lane.URGENT), 1);

        assertThat(grantAll(2)).containsExactly("urgent");
    }

    @Test
    void tellsSinceWhenOnlyQuotaHasBeenLacking() {
        read(command("a1").of(A).notBefore(20), 0);
        assertThat(schedule.next(10)).isEmpty();
        assertThat(schedule.next(25)).contains(new Turn("a1", 25));
        assertThat(schedule.next(40)).contains(new Turn("a1", 25));
    }

    @Test
    void anAlarmComesOnceAtTheDeadlineOrAtTheEndOfTheLease() {
        read(command("a1").of(A).until(30), 0);
        read(command("b1").of(B), 0);
        assertThat(schedule.alarm(30)).isEmpty();
        assertThat(schedule.alarm(31)).contains("a1");
        assertThat(schedule.alarm(31)).isEmpty();

        take("b1", ledger.granted(entries.get("b1"), 0, 0), 0);
        take("b1", ledger.told(Optional.of(entries.get("b1")), new Fact.Claimed("b1", 1, "mine", 0), 0), 0);
        assertThat(schedule.alarm(59)).isEmpty();
        assertThat(schedule.alarm(60)).contains("b1");
    }

    @Test
    void whatIsAnsweredLeavesTheAgenda() {
        read(command("a1").of(A).until(30), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 2);

        assertThat(schedule.next(1_000)).isEmpty();
        assertThat(schedule.alarm(1_000_000)).isEmpty();
    }

    private void read(Requests request, long nowMs) {
        String id = request.made().id();
        take(id, ledger.read(Optional.empty(), request.made(), ++sequence, nowMs), nowMs);
    }

    /** Grants whatever has its turn, and reads the claims back. */
    private List<String> grantAll(long nowMs) {
        List<String> granted = new ArrayList<>();
        for (Optional<Turn> turn = schedule.next(nowMs); turn.isPresent(); turn = schedule.next(nowMs)) {
            String id = turn.get().requestId();
            granted.add(id);
            take(id, ledger.granted(entries.get(id), turn.get().eligibleSinceMs(), nowMs), nowMs);
            int attempt = entries.get(id).attempts().high() + 1;
            Fact claim = new Fact.Claimed(id, attempt, "mine", nowMs);
            take(id, ledger.told(Optional.of(entries.get(id)), claim, nowMs), nowMs);
        }
        return granted;
    }

    private void finish(String id, Outcome.Kind kind, long nowMs) {
        int attempt = entries.get(id).attempts().high();
        Fact finished = new Fact.Finished(id, attempt, "mine", Outcomes.of(kind), nowMs);
        take(id, ledger.told(Optional.of(entries.get(id)), finished, nowMs), nowMs);
    }

    private void take(String id, Step step, long nowMs) {
        entries.put(id, step.next().orElseThrow());
        schedule.put(entries.get(id), nowMs);
    }
}
