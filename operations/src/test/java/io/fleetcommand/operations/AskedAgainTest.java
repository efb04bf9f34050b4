package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.ReplayPlan.LeftOut;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was refused at first sight may be published again by its caller, under its own id: a replay would be a second call. */
class AskedAgainTest {
    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");
    private static final String TOPIC = "fleet.commands";
    private static final FoundRecord FIRST = asked(5, "door-7");
    private static final Failure REFUSED = refused("door-7", Reason.OVERLOADED, 5);

    @ParameterizedTest
    @EnumSource(names = {"REPLY_TOPIC_REFUSED", "KEY_MISMATCH", "OUT_OF_RANGE", "OVERLOADED"})
    void whatHasRunSinceIsLeftOutEvenIfItsReasonIsNamed(Reason reason) {
        Failure refused = refused("door-7", reason, 5);
        for (Set<Reason> named : List.of(Set.<Reason>of(), Set.of(reason))) {
            ReplayPlan plan = plan(1, named, List.of(refused), FIRST, asked(8, "door-7"), ended("door-7"));

            assertThat(plan.replays()).isEmpty();
            assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.ASKED_AGAIN, 1L));
        }
    }

    @Test
    void whatWasAskedAgainAndHasNoResultYetIsLeftOut() {
        assertThat(plan(1, Set.of(), List.of(REFUSED), FIRST, asked(8, "door-7"), failed(REFUSED))
                        .leftOut())
                .isEqualTo(Map.of(LeftOut.ASKED_AGAIN, 1L));
    }

    @Test
    void whatHadRunBeforeASecondRecordWasRefusedIsLeftOut() {
        assertThat(plan(1, Set.of(), List.of(REFUSED), FIRST, failed(REFUSED), ended("door-7"))
                        .leftOut())
                .isEqualTo(Map.of(LeftOut.ASKED_AGAIN, 1L));
    }

    @Test
    void whatWasRefusedAndNotAskedAgainIsReplayed() {
        Failure twice = refused("door-7", Reason.REPLY_TOPIC_REFUSED, 8);

        assertThat(plan(
                                1,
                                Set.of(),
                                List.of(REFUSED),
                                FIRST,
                                asked(8, "door-7"),
                                failed(REFUSED),
                                failed(twice),
                                ended("door-8"))
                        .replays())
                .extracting(Replay::newId)
                .containsExactly("door-7~r1");
    }

    @Test
    void whereThatCannotBeReadItIsReplayedByItsReasonAlone() {
        FoundRecord later = asked(6, "door-8");

        assertThat(plan(1, Set.of(), List.of(REFUSED), later).leftOut()).isEqualTo(Map.of(LeftOut.UNCHECKED, 1L));
        assertThat(plan(1, Set.of(Reason.OVERLOADED), List.of(REFUSED), later).replays())
                .hasSize(1);
        ReplayPlan unread = considered(1, Set.of(), List.of(REFUSED));
        unread.leaveOutAskedAgain(OpenRequests.unknown());
        assertThat(unread.leftOut()).isEqualTo(Map.of(LeftOut.UNCHECKED, 1L));
    }

    @Test
    void whatTheLedgerRemembersNeedsNoLook() {
        Failure expired = Failures.failure(Failures.command("door-7").build(), Status.EXPIRED);
        ReplayPlan plan = considered(1, Set.of(), List.of(expired));

        assertThat(plan.mayBeAskedAgain()).isEmpty();
        plan.leaveOutAskedAgain(OpenRequests.unknown());
        assertThat(plan.replays()).hasSize(1);
    }

    @Test
    void howARequestEndedCountsMoreThanALaterRefusalOfIt() {
        Failure expired = Failures.failure(Failures.record("door-7", Status.EXPIRED)
                .setRequest(Failures.command("door-7").build())
                .setFailedAt(Failures.FAILED_AT.minusSeconds(9))
                .build());

        for (List<Failure> order : List.of(List.of(expired, REFUSED), List.of(REFUSED, expired))) {
            ReplayPlan plan = plan(1, Set.of(), order, FIRST, failed(REFUSED), failed(expired));
            assertThat(plan.replays())
                    .singleElement()
                    .satisfies(replay -> assertThat(replay.failure()).isEqualTo(expired));
            assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.TWICE, 1L));
        }
    }

    @Test
    void aReplayIsNotRepeatedWhoseRequestItsCallerHadRun() {
        Failure replay = Failures.failure(
                Failures.command("door-7~r1").setReplayOf("door-7").build(), Status.EXPIRED);

        assertThat(plan(2, Set.of(), List.of(replay), FIRST, failed(REFUSED)).replays())
                .hasSize(1);
        assertThat(plan(2, Set.of(), List.of(replay), FIRST, failed(REFUSED), asked(8, "door-7"))
                        .leftOut())
                .isEqualTo(Map.of(LeftOut.ASKED_AGAIN, 1L));
        assertThat(plan(2, Set.of(), List.of(replay), FIRST, failed(REFUSED), ended("door-7"))
                        .leftOut())
                .isEqualTo(Map.of(LeftOut.ASKED_AGAIN, 1L));
    }

    @Test
    void aThirdReplayIsNotRunIfItsCallerHadTheRequestRun() {
        Failure second = Failures.failure(
                Failures.command("door-7~r2").setReplayOf("door-7~r1").build(), Status.EXPIRED);
        FoundRecord between = ended("door-7~r1", Status.EXPIRED);

        assertThat(plan(3, Set.of(), List.of(second), FIRST, failed(REFUSED), between)
                        .replays())
                .hasSize(1);
        assertThat(plan(3, Set.of(), List.of(second), FIRST, failed(REFUSED), between, ended("door-7"))
                        .leftOut())
                .isEqualTo(Map.of(LeftOut.ASKED_AGAIN, 1L));
    }

    @Test
    void aReplayOfWhichNothingEarlierIsKnownIsRunByItsReasonAlone() {
        Failure replay = Failures.failure(
                Failures.command("door-7~r1").setReplayOf("door-7").build(), Status.EXPIRED);

        assertThat(plan(2, Set.of(), List.of(replay)).leftOut()).isEqualTo(Map.of(LeftOut.UNCHECKED, 1L));
        assertThat(plan(2, Set.of(replay.record().getReason()), List.of(replay)).replays())
                .hasSize(1);
    }

    @Test
    void aReplayOfWhatMayHaveRunOnceNeedsConsent() {
        Failure replay = Failures.failure(
                DeviceCommand.newBuilder(Failures.atMostOnce("door-7~r1"))
                        .setReplayOf("door-7")
                        .build(),
                Status.EXPIRED);

        assertThat(plan(2, Set.of(), List.of(replay), FIRST, ended("door-7", Status.OUTCOME_UNKNOWN))
                        .leftOut())
                .isEqualTo(Map.of(LeftOut.MAY_HAVE_RUN, 1L));
    }

    private static ReplayPlan plan(int number, Set<Reason> named, List<Failure> failures, FoundRecord... kept) {
        ReplayPlan plan = considered(number, named, failures);
        Set<RequestKey> keys = plan.mayBeAskedAgain();
        OpenRequests asked = new OpenRequests(keys::contains);
        Stream.of(kept).forEach(asked::take);
        plan.leaveOutAskedAgain(asked);
        return plan;
    }

    private static ReplayPlan considered(int number, Set<Reason> named, List<Failure> failures) {
        ReplayTerms terms =
                new ReplayTerms(number, Priority.BULK, Optional.empty(), Duration.ofMinutes(10), false, named, 10);
        ReplayPlan plan = new ReplayPlan(terms, RequestTopics.of(new Topics("fleet.")), Set.of(), NOW);
        failures.forEach(plan::consider);
        return plan;
    }

    private static Failure refused(String id, Reason reason, long offset) {
        return Failures.failure(Failures.record(id, reason == Reason.OVERLOADED ? Status.REJECTED : Status.INVALID)
                .setReason(reason)
                .setRequest(Failures.atMostOnce(id))
                .setSourceOffset(offset)
                .build());
    }

    private static FoundRecord asked(long offset, String id) {
        return new FoundRecord(TOPIC, 3, offset, Failures.CREATED_AT, Failures.atMostOnce(id));
    }

    private static FoundRecord failed(Failure failure) {
        FailedRequest record = failure.record();
        return new FoundRecord("fleet.failed-requests", 3, 0, record.getFailedAt(), record);
    }

    private static FoundRecord ended(String id) {
        return ended(id, Status.SUCCEEDED);
    }

    private static FoundRecord ended(String id, Status status) {
        SpecificRecord result = (SpecificRecord)
                Failures.failure(Failures.atMostOnce(id), status).record().getAnswer();
        return new FoundRecord(
                "fleet.command-results",
                3,
                0,
                Failures.FAILED_AT,
                CommandResult.newBuilder((CommandResult) result)
                        .setReason(Reason.NONE)
                        .build());
    }
}
