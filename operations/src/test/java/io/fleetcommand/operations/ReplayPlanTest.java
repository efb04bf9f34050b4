package io.fleetcommand.operations;

import static io.fleetcommand.operations.Failures.atMostOnce;
import static io.fleetcommand.operations.Failures.command;
import static io.fleetcommand.operations.Failures.failure;
import static io.fleetcommand.operations.Failures.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.ReplayPlan.LeftOut;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");
    private static final RequestTopics REQUESTS = new RequestTopics(
            List.of("fleet.commands", "fleet.commands.billing"), List.of("fleet.polls", "fleet.polls.billing"));
    private static final ReplayTerms FIRST = terms(1, false, 10);

    @Test
    void aCommandRunsAgainOnNewTermsUnderAnIdOfItsOwn() {
        ReplayPlan plan = plan(FIRST, failure(command("door-7").build(), Status.EXPIRED));

        assertThat(plan.leftOut()).isEmpty();
        assertThat(plan.replays())
                .singleElement()
                .extracting(Replay::newId, Replay::request)
                .containsExactly(
                        "door-7~r1",
                        command("door-7~r1")
                                .setPriority(Priority.BULK)
                                .setDeadline(NOW.plusSeconds(600))
                                .setNotBefore(null)
                                .setReplayOf("door-7")
                                .setCreatedAt(NOW)
                                .build());
    }

    @Test
    void aPollRunsAgainOnNewTermsUnderAnIdOfItsOwn() {
        ReplayPlan plan = plan(FIRST, failure(poll("climate-7").build(), Status.FAILED));

        assertThat(plan.replays())
                .singleElement()
                .extracting(Replay::request)
                .isEqualTo(poll("climate-7~r1")
                        .setPriority(Priority.BULK)
                        .setDeadline(NOW.plusSeconds(600))
                        .setReplayOf("climate-7")
                        .setCreatedAt(NOW)
                        .build());
    }

    @Test
    void theGuaranteeOfCommandsCanBeChanged() {
        ReplayTerms atMostOnce = new ReplayTerms(
                1, Priority.NORMAL, Optional.of(Guarantee.AT_MOST_ONCE), Duration.ofMinutes(10), false, Set.of(), 10);
        ReplayPlan plan = plan(
                atMostOnce,
                failure(command("door-7").build(), Status.EXPIRED),
                failure(poll("climate-7").build(), Status.EXPIRED));

        assertThat(plan.replays()).hasSize(2);
        assertThat(((DeviceCommand) plan.replays().get(0).request()).getGuarantee())
                .isEqualTo(Guarantee.AT_MOST_ONCE);
        assertThat(plan.replays().get(1).request()).isInstanceOf(VariablePoll.class);
    }

    @Test
    void whatMayHaveRunAndMustNotTwiceIsLeftOutUnlessAskedFor() {
        Failure mayHaveRun = failure(atMostOnce("door-7"), Status.OUTCOME_UNKNOWN);

        assertThat(plan(FIRST, mayHaveRun).replays()).isEmpty();
        assertThat(plan(FIRST, mayHaveRun).leftOut()).isEqualTo(Map.of(LeftOut.MAY_HAVE_RUN, 1L));
        assertThat(plan(terms(1, true, 10), mayHaveRun).replays()).hasSize(1);
    }

    @Test
    void whatSurelyNeverRanOrMayRunTwiceNeedsNoSuchWord() {
        assertThat(plan(
                                FIRST,
                                failure(atMostOnce("never-ran"), Status.EXPIRED),
                                failure(command("may-run-twice").build(), Status.OUTCOME_UNKNOWN))
                        .replays())
                .extracting(Replay::newId)
                .containsExactly("never-ran~r1", "may-run-twice~r1");
    }

    @Test
    void whatWasReplayedBeforeIsLeftOut() {
        ReplayPlan plan = new ReplayPlan(FIRST, REQUESTS, Set.of(new RequestKey(Failures.DEVICE, "door-7~r1")), NOW);
        plan.consider(failure(command("door-7").build(), Status.EXPIRED));
        plan.consider(failure(command("door-8").build(), Status.EXPIRED));

        assertThat(plan.replays()).extracting(Replay::newId).containsExactly("door-8~r1");
        assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.REPLAYED_BEFORE, 1L));
    }

    @Test
    void theSameIdAtAnotherDeviceIsReplayedByItself() {
        Failure elsewhere = failure(Failures.record("door-7", Status.EXPIRED)
                .setDeviceId("elsewhere")
                .setRequest(command("door-7").setDeviceId("elsewhere").build())
                .build());
        ReplayPlan plan = plan(FIRST, failure(command("door-7").build(), Status.EXPIRED), elsewhere);
        assertThat(plan.replays())
                .extracting(Replay::newId, replay -> ((DeviceCommand) replay.request()).getDeviceId())
                .containsExactlyInAnyOrder(tuple("door-7~r1", Failures.DEVICE), tuple("door-7~r1", "elsewhere"));
        assertThat(plan.leftOut()).isEmpty();

        ReplayPlan again = new ReplayPlan(FIRST, REQUESTS, Set.of(new RequestKey(Failures.DEVICE, "door-7~r1")), NOW);
        again.consider(failure(command("door-7").build(), Status.EXPIRED));
        again.consider(elsewhere);
        assertThat(again.replays())
                .extracting(replay -> ((DeviceCommand) replay.request()).getDeviceId())
                .containsExactly("elsewhere");
    }

    @Test
    void eachNumberTakesWhatTheOneBeforeLeftFailed() {
        Failure original = failure(command("door-7").build(), Status.EXPIRED);
        Failure replayed = failure(command("door-7~r1").setReplayOf("door-7").build(), Status.EXPIRED);

        assertThat(plan(FIRST, original, replayed).replays())
                .extracting(Replay::newId)
                .containsExactly("door-7~r1");
        ReplayPlan second = plan(terms(2, false, 10), original, replayed);
        assertThat(second.replays()).extracting(Replay::newId).containsExactly("door-7~r2");
        assertThat(((DeviceCommand) second.replays().get(0).request()).getReplayOf())
                .as("the caller's own request")
                .isEqualTo("door-7");
        assertThat(second.leftOut()).isEqualTo(Map.of(LeftOut.OTHER_NUMBER, 1L));
    }

    @Test
    void whatCannotBeRunIsLeftOut() {
        ReplayPlan plan = plan(
                FIRST,
                failure(Failures.record("", Status.INVALID).build()),
                failure(Failures.record("door-7", Status.INVALID).build()),
                failure(command("door-8").build(), Status.CONFLICT));

        assertThat(plan.replays()).isEmpty();
        assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.UNREADABLE, 2L, LeftOut.CONFLICT, 1L));
    }

    @Test
    void ofTwoFailuresOfOneIdTheLatestCounts() {
        Failure later = failure(command("door-7").setArgument("later").build(), Status.EXPIRED);
        Failure earlier = failure(Failures.record("door-7", Status.EXPIRED)
                .setRequest(command("door-7").setArgument("earlier").build())
                .setFailedAt(Failures.FAILED_AT.minusSeconds(1))
                .build());

        for (ReplayPlan plan : new ReplayPlan[] {plan(FIRST, later, earlier), plan(FIRST, earlier, later)}) {
            assertThat(plan.replays())
                    .extracting(replay -> ((DeviceCommand) replay.request()).getArgument())
                    .containsExactly("later");
            assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.TWICE, 1L));
        }
    }

    @Test
    void noMoreAreHeldThanTheTermsAllow() {
        ReplayPlan plan = plan(
                terms(1, false, 1),
                failure(command("door-7").build(), Status.EXPIRED),
                failure(command("door-8").build(), Status.EXPIRED));

        assertThat(plan.replays()).extracting(Replay::newId).containsExactly("door-7~r1");
        assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.BEYOND_LIMIT, 1L));
    }

    @Test
    void theyRunInTheOrderInWhichTheyWereMade() {
        ReplayPlan plan = plan(
                FIRST,
                failure(
                        command("second")
                                .setCreatedAt(Failures.CREATED_AT.plusSeconds(1))
                                .build(),
                        Status.EXPIRED),
                failure(command("first").build(), Status.EXPIRED));

        assertThat(plan.replays()).extracting(Replay::newId).containsExactly("first~r1", "second~r1");
    }

    private static ReplayTerms terms(int number, boolean includeMayHaveRun, int most) {
        return new ReplayTerms(
                number, Priority.BULK, Optional.empty(), Duration.ofMinutes(10), includeMayHaveRun, Set.of(), most);
    }

    private static ReplayTerms byName(Reason... reasons) {
        return new ReplayTerms(1, Priority.BULK, Optional.empty(), Duration.ofMinutes(10), false, Set.of(reasons), 10);
    }

    private static Failure from(String topic, SpecificRecord request, Reason reason) {
        return failure(Failures.record("door-7", Status.REJECTED)
                .setReason(reason)
                .setRequest(request)
                .setSourceTopic(topic)
                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "fleet.commands,         true,  ",
        "fleet.commands.billing, true,  ",
        "fleet.polls,            true,  OTHER_TOPIC",
        "fleet.commands.gone,    true,  OTHER_TOPIC",
        "fleet.command-results,  true,  OTHER_TOPIC",
        "'',                     true,  OTHER_TOPIC",
        "fleet.polls,            false, ",
        "fleet.polls.billing,    false, ",
        "fleet.commands,         false, OTHER_TOPIC",
    })
    void aReplayGoesToTheTopicThatTheRequestCameFromIfThatIsOneForItsKind(
            String topic, boolean command, LeftOut leftOut) {
        SpecificRecord request =
                command ? command("door-7").build() : poll("door-7").build();
        ReplayPlan plan = plan(FIRST, from(topic, request, Reason.DEADLINE_PASSED));

        if (leftOut == null) {
            Replay replay = plan.replays().get(0);
            assertThat(new Operator("ann", new Topics("fleet."))
                            .replay(replay, "how", NOW)
                            .action()
                            .topic())
                    .isEqualTo(topic);
        } else {
            assertThat(plan.replays()).isEmpty();
            assertThat(plan.leftOut()).isEqualTo(Map.of(leftOut, 1L));
        }
    }

    @Test
    void whatThePolicyRefusedIsLeftOutUnlessItsReasonIsNamed() {
        Failure refused = from("fleet.commands", command("door-7").build(), Reason.POLICY);

        assertThat(plan(FIRST, refused).leftOut()).isEqualTo(Map.of(LeftOut.BY_NAME, 1L));
        assertThat(plan(byName(Reason.DEADLINE_PASSED), refused).leftOut()).isEqualTo(Map.of(LeftOut.BY_NAME, 1L));
        assertThat(plan(byName(Reason.POLICY, Reason.DEADLINE_PASSED), refused).replays())
                .hasSize(1);
    }

    @Test
    void aReasonThatThisBuildDoesNotKnowIsLeftOutToo() {
        Failure unknown = from("fleet.commands", command("door-7").build(), Reason.NONE);

        assertThat(plan(FIRST, unknown).leftOut()).isEqualTo(Map.of(LeftOut.BY_NAME, 1L));
    }

    @Test
    void aNoteAboutARequestThatSucceededIsNeverReplayed() {
        Failure note = failure(Failures.record("door-7", Status.SUCCEEDED)
                .setReason(Reason.NONE)
                .setRequest(command("door-7").build())
                .build());

        assertThat(plan(byName(Reason.values()), note).leftOut()).isEqualTo(Map.of(LeftOut.ANSWERED, 1L));
    }

    @Test
    void whatWasAnsweredDoesNotRunAgainThoughItsCopyWasNotDelivered() {
        FailedRequest.Builder note = Failures.record("door-7", Status.SUCCEEDED).setReason(Reason.REPLY_NOT_DELIVERED);
        ReplayPlan plan = plan(
                FIRST,
                failure(note.build()),
                failure(note.setRequest(command("door-7").build()).build()));

        assertThat(plan.replays()).isEmpty();
        assertThat(plan.leftOut()).isEqualTo(Map.of(LeftOut.ANSWERED, 2L));
    }

    private static ReplayPlan plan(ReplayTerms terms, Failure... failures) {
        ReplayPlan plan = new ReplayPlan(terms, REQUESTS, Set.of(), NOW);
        for (Failure failure : failures) {
            plan.consider(failure);
        }
        return plan;
    }
}
