package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Attempts;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.RequestTiming;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.Meters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeteredTasksTest {
    private static final Request REQUEST =
            Requests.command("c1").in(Priority.URGENT).made();

    private final Meters meters = new Meters();
    private final TaskRegistry tasks = new TaskRegistry();
    private final MeteredTasks metered = new MeteredTasks(tasks, meters.registry());

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aRequestIsCountedWhereItStandsUntilItIsAnswered() {
        RequestObserver observer = metered.observer(1);
        LedgerEntry ready = entry(REQUEST, RequestPhase.READY, 1_000);
        LedgerEntry called = entry(REQUEST, RequestPhase.CALLED, 1_000);
        observer.changed(Optional.empty(), ready);
        assertThat(tasks.open(Priority.URGENT, RequestPhase.READY)).isOne();
        assertThat(tasks.oldestWaitingMs(Priority.URGENT, 4_000)).isEqualTo(3_000);

        observer.changed(Optional.of(ready), called);
        assertThat(tasks.open(Priority.URGENT, RequestPhase.READY)).isZero();
        assertThat(tasks.open(Priority.URGENT, RequestPhase.CALLED)).isOne();
        assertThat(tasks.oldestWaitingMs(Priority.URGENT, 4_000)).isZero();

        observer.changed(Optional.of(called), answered());
        assertThat(tasks.open(Priority.URGENT, RequestPhase.CALLED)).isZero();
    }

    @Test
    void whatIsForLaterHasNotWaitedYet() {
        Request later = Requests.command("c2").notBefore(9_000).made();
        metered.observer(1).found(entry(later, RequestPhase.READY, 1_000));

        assertThat(tasks.oldestWaitingMs(Priority.NORMAL, 4_000)).isZero();
        assertThat(tasks.oldestWaitingMs(Priority.NORMAL, 12_000)).isEqualTo(3_000);
    }

    @Test
    void aPartitionThatMovesTakesItsRequestsWithIt() {
        RequestObserver first = metered.observer(1);
        RequestObserver second = metered.observer(2);
        first.found(entry(REQUEST, RequestPhase.READY, 1_000));
        second.found(entry(REQUEST, RequestPhase.READY, 2_000));
        assertThat(tasks.open(Priority.URGENT, RequestPhase.READY)).isEqualTo(2);

        first.ended();
        assertThat(tasks.open(Priority.URGENT, RequestPhase.READY)).isOne();
        assertThat(tasks.partitions()).containsExactly(2);
    }

    @Test
    void theOldOwnersEndDoesNotHideTheNewOne() {
        RequestObserver old = metered.observer(1);
        metered.observer(1).found(entry(REQUEST, RequestPhase.READY, 1_000));
        old.ended();
        assertThat(tasks.open(Priority.URGENT, RequestPhase.READY)).isOne();
    }

    @Test
    void answersAreCountedByStatusWithTheirWaits() {
        RequestObserver observer = metered.observer(1);
        observer.answered(REQUEST, answered().result().orElseThrow());
        observer.repeated(REQUEST);

        assertThat(meters.scrape().lines())
                .contains(
                        "fleet_results_total{asked=\"command\",status=\"expired\"} 1.0",
                        "fleet_results_total{asked=\"poll\",status=\"expired\"} 0.0",
                        "fleet_results_repeated_total 1.0",
                        "fleet_result_latency_seconds_sum{asked=\"command\"} 7.0",
                        "fleet_waited_for_turn_seconds_sum{priority=\"urgent\"} 2.0",
                        "fleet_waited_for_quota_seconds_sum{priority=\"urgent\"} 5.0");
    }

    @Test
    void commandsThatReturnedANegativeNumberAreCountedThoughTheySucceeded() {
        RequestObserver observer = metered.observer(1);
        for (int returned : new int[] {-1, Integer.MIN_VALUE, 0, 1}) {
            observer.answered(REQUEST, succeeded(returned));
        }
        observer.answered(Requests.poll("p1").made(), succeeded(-1));

        assertThat(meters.scrape().lines())
                .contains(
                        "fleet_results_total{asked=\"command\",status=\"succeeded\"} 4.0",
                        "fleet_results_negative_total 2.0");
    }

    private static Result succeeded(int value) {
        return new Result(
                Status.SUCCEEDED,
                Reason.NONE,
                "",
                new Value.Whole(value),
                200,
                1,
                RequestTiming.startingAt(1_000),
                0,
                2_000,
                0);
    }

    /** An open entry. */
    static LedgerEntry entry(Request request, RequestPhase phase, long receivedAtMs) {
        return new LedgerEntry(
                request.key(),
                Optional.of(request),
                Optional.empty(),
                1,
                phase,
                receivedAtMs,
                Attempts.NONE,
                false,
                RequestTiming.startingAt(receivedAtMs),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static LedgerEntry answered() {
        RequestTiming timing = new RequestTiming(1_000, 8_000, 2_000, 5_000);
        Result result = new Result(Status.EXPIRED, Reason.NONE, "late", Value.NONE, 0, 0, timing, 0, 8_000, 0);
        return LedgerEntry.finished(REQUEST.key(), Optional.of(Fingerprint.of(REQUEST)), result);
    }
}
