package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Attempts;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fingerprint;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Requests;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Timing;
import io.fleetcommand.processor.core.Value;
import io.fleetcommand.service.Meters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeteredTasksTest {
    private static final Request REQUEST =
            Requests.command("c1").in(Lane.URGENT).made();

    private final Meters meters = new Meters();
    private final OwnedTasks tasks = new OwnedTasks();
    private final MeteredTasks metered = new MeteredTasks(tasks, meters.registry());

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aRequestIsCountedWhereItStandsUntilItIsAnswered() {
        Observer observer = metered.observer(1);
        Entry ready = entry(REQUEST, Phase.READY, 1_000);
        Entry called = entry(REQUEST, Phase.CALLED, 1_000);
        observer.changed(Optional.empty(), ready);
        assertThat(tasks.open(Lane.URGENT, Phase.READY)).isOne();
        assertThat(tasks.oldestWaitingMs(Lane.URGENT, 4_000)).isEqualTo(3_000);

        observer.changed(Optional.of(ready), called);
        assertThat(tasks.open(Lane.URGENT, Phase.READY)).isZero();
        assertThat(tasks.open(Lane.URGENT, Phase.CALLED)).isOne();
        assertThat(tasks.oldestWaitingMs(Lane.URGENT, 4_000)).isZero();

        observer.changed(Optional.of(called), answered());
        assertThat(tasks.open(Lane.URGENT, Phase.CALLED)).isZero();
    }

    @Test
    void whatIsForLaterHasNotWaitedYet() {
        Request later = Requests.command("c2").notBefore(9_000).made();
        metered.observer(1).found(entry(later, Phase.READY, 1_000));

        assertThat(tasks.oldestWaitingMs(Lane.NORMAL, 4_000)).isZero();
        assertThat(tasks.oldestWaitingMs(Lane.NORMAL, 12_000)).isEqualTo(3_000);
    }

    @Test
    void aPartitionThatMovesTakesItsRequestsWithIt() {
        Observer first = metered.observer(1);
        Observer second = metered.observer(2);
        first.found(entry(REQUEST, Phase.READY, 1_000));
        second.found(entry(REQUEST, Phase.READY, 2_000));
        assertThat(tasks.open(Lane.URGENT, Phase.READY)).isEqualTo(2);

        first.ended();
        assertThat(tasks.open(Lane.URGENT, Phase.READY)).isOne();
        assertThat(tasks.partitions()).containsExactly(2);
    }

    @Test
    void theOldOwnersEndDoesNotHideTheNewOne() {
        Observer old = metered.observer(1);
        metered.observer(1).found(entry(REQUEST, Phase.READY, 1_000));
        old.ended();
        assertThat(tasks.open(Lane.URGENT, Phase.READY)).isOne();
    }

    @Test
    void answersAreCountedByStatusWithTheirWaits() {
        Observer observer = metered.observer(1);
        observer.answered(REQUEST, answered().answer().orElseThrow());
        observer.repeated(REQUEST);

        assertThat(meters.scrape().lines())
                .contains(
                        "fleet_answers_total{asked=\"command\",status=\"expired\"} 1.0",
                        "fleet_answers_total{asked=\"poll\",status=\"expired\"} 0.0",
                        "fleet_answers_repeated_total 1.0",
                        "fleet_answer_seconds_sum{asked=\"command\"} 7.0",
                        "fleet_waited_for_turn_seconds_sum{lane=\"urgent\"} 2.0",
                        "fleet_waited_for_quota_seconds_sum{lane=\"urgent\"} 5.0");
    }

    @Test
    void commandsThatReturnedANegativeNumberAreCountedThoughTheySucceeded() {
        Observer observer = metered.observer(1);
        for (int returned : new int[] {-1, Integer.MIN_VALUE, 0, 1}) {
            observer.answered(REQUEST, succeeded(returned));
        }
        observer.answered(Requests.poll("p1").made(), succeeded(-1));

        assertThat(meters.scrape().lines())
                .contains(
                        "fleet_answers_total{asked=\"command\",status=\"succeeded\"} 4.0",
                        "fleet_answers_negative_total 2.0");
    }

    private static Answer succeeded(int value) {
        return new Answer(
                Status.SUCCEEDED,
                Reason.NONE,
                "",
                new Value.Whole(value),
                200,
                1,
                Timing.startingAt(1_000),
                0,
                2_000,
                0);
    }

    /** An open entry. */
    static Entry entry(Request request, Phase phase, long receivedAtMs) {
        return new Entry(
                request.key(),
                Optional.of(request),
                Optional.empty(),
                1,
                phase,
                receivedAtMs,
                Attempts.NONE,
                false,
                Timing.startingAt(receivedAtMs),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static Entry answered() {
        Timing timing = new Timing(1_000, 8_000, 2_000, 5_000);
        Answer answer = new Answer(Status.EXPIRED, Reason.NONE, "late", Value.NONE, 0, 0, timing, 0, 8_000, 0);
        return Entry.answered(REQUEST.key(), Optional.of(Fingerprint.of(REQUEST)), answer);
    }
}
