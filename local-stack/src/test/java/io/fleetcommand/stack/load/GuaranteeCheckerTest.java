package io.fleetcommand.stack.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.ResultView;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The judge must see every kind of broken promise, or its verdict is worth nothing. */
class GuaranteeCheckerTest {
    private static final RequestKey R1 = new RequestKey("device", "r-1");
    private static final Instant AT = Instant.EPOCH;

    @Test
    void whatIsAsItShouldBeIsKept() {
        GuaranteeChecker kept = judged(once(Status.SUCCEEDED), 1, Status.SUCCEEDED);

        assertThat(kept.allKept()).isTrue();
        assertThat(kept.broken()).isEmpty();
    }

    @Test
    void aMissingAnswerIsSeen() {
        GuaranteeChecker broken = judged(once(Status.SUCCEEDED), 1);

        assertThat(broken.unanswered()).isEqualTo(1);
        assertBroken(broken, "r-1 of device device has no result");
    }

    @Test
    void aSecondAnswerIsSeen() {
        GuaranteeChecker broken = judged(once(Status.SUCCEEDED), 1, Status.SUCCEEDED, Status.SUCCEEDED);

        assertThat(broken.answeredTwice()).isEqualTo(1);
        assertBroken(broken, "r-1 of device device has more than one result");
    }

    @Test
    void aWrongStatusIsSeen() {
        GuaranteeChecker broken = judged(once(Status.SUCCEEDED), 1, Status.OUTCOME_UNKNOWN);

        assertThat(broken.wrongStatus()).isEqualTo(1);
        assertBroken(broken, "r-1 of device device has the wrong status");
    }

    @Test
    void aSecondRunOfAnAtMostOnceCommandIsSeen() {
        GuaranteeChecker broken = judged(once(Status.SUCCEEDED), 2, Status.SUCCEEDED);

        assertThat(broken.atMostOnceRanTwice()).isEqualTo(1);
        assertBroken(broken, "r-1 of device device ran twice though AT_MOST_ONCE");
    }

    @Test
    void aSuccessThatTheDeviceDoesNotKnowIsSeen() {
        GuaranteeChecker broken = judged(once(Status.SUCCEEDED), 0, Status.SUCCEEDED);

        assertThat(broken.contradictedByDevices()).isEqualTo(1);
        assertBroken(broken, "r-1 of device device has a status that the device contradicts");
    }

    @Test
    void aFailureThatRanAllTheSameIsSeen() {
        for (Status never : List.of(
                Status.REJECTED, Status.INVALID, Status.EXPIRED, Status.FAILED, Status.CANCELLED, Status.CONFLICT)) {
            assertBroken(
                    judged(once(never), 1, never), "r-1 of device device has a status that the device contradicts");
        }
        assertThat(judged(once(Status.OUTCOME_UNKNOWN), 1, Status.OUTCOME_UNKNOWN)
                        .allKept())
                .isTrue();
    }

    @Test
    void aSecondRunAfterOneAttemptIsWithoutCauseAndAfterTwoIsNot() {
        assertThat(judged(once(Status.SUCCEEDED), 2, Status.SUCCEEDED).secondRunsWithoutCause())
                .isEqualTo(1);
        GuaranteeChecker retried = new GuaranteeChecker(
                List.of(once(Status.SUCCEEDED)),
                Map.of(R1, List.of(result(Status.SUCCEEDED, 2))),
                Map.of("device", List.of("r-1", "r-1")));
        assertThat(retried.secondRunsWithoutCause()).isZero();
        assertThat(retried.ranTwice()).isEqualTo(1);
    }

    @Test
    void aCommandThatRanAfterALaterOneOfItsDeviceIsSeen() {
        List<ExpectedRequest> plan = List.of(planned("r-1"), planned("r-2"), planned("r-3"));

        assertThat(ran(plan, "r-1", "r-2", "r-2", "r-3").orderViolations()).isZero();
        assertThat(ran(plan, "r-2", "r-1", "r-3").orderViolations()).isEqualTo(1);
        assertThat(ran(plan, "r-1", "r-2", "r-1").orderViolations()).isEqualTo(1);
        assertThat(ran(plan, "r-1", "somebody else's", "r-2").orderViolations()).isZero();
    }

    @Test
    void theSameIdAtAnotherDeviceIsJudgedByItself() {
        RequestKey elsewhere = new RequestKey("elsewhere", "r-1");
        ExpectedRequest other = new ExpectedRequest(
                new DeviceCommand(), "r-1", "elsewhere", true, true, "r-1", Set.of(Status.SUCCEEDED));
        List<ExpectedRequest> plan = List.of(once(Status.SUCCEEDED), other);
        List<ReceivedResult> one = List.of(result(Status.SUCCEEDED, 1));
        Map<String, List<String>> ran = Map.of("device", List.of("r-1"), "elsewhere", List.of("r-1"));

        assertThat(new GuaranteeChecker(plan, Map.of(R1, one, elsewhere, one), ran).allKept())
                .isTrue();
        assertThat(new GuaranteeChecker(plan, Map.of(R1, one), ran).unanswered())
                .isEqualTo(1);
        assertThat(new GuaranteeChecker(plan, Map.of(R1, one, elsewhere, one), Map.of("device", List.of("r-1", "r-1")))
                        .atMostOnceRanTwice())
                .isEqualTo(1);
    }

    private static GuaranteeChecker ran(List<ExpectedRequest> plan, String... arguments) {
        return new GuaranteeChecker(plan, Map.of(), Map.of("device", List.of(arguments)));
    }

    private static ExpectedRequest planned(String id) {
        return new ExpectedRequest(new DeviceCommand(), id, "device", true, false, id, Set.of(Status.SUCCEEDED));
    }

    private static void assertBroken(GuaranteeChecker promises, String line) {
        assertThat(promises.allKept()).isFalse();
        assertThat(promises.broken()).anyMatch(told -> told.startsWith(line));
    }

    private static GuaranteeChecker judged(ExpectedRequest request, int runs, Status... results) {
        return new GuaranteeChecker(
                List.of(request),
                Map.of(
                        R1,
                        Arrays.stream(results).map(status -> result(status, 1)).toList()),
                Map.of("device", Collections.nCopies(runs, "r-1")));
    }

    private static ExpectedRequest once(Status expected) {
        return new ExpectedRequest(new DeviceCommand(), "r-1", "device", true, true, "r-1", Set.of(expected));
    }

    private static ReceivedResult result(Status status, int attempts) {
        return ReceivedResult.of(ResultView.of(CommandResult.newBuilder()
                        .setRequestId("r-1")
                        .setDeviceId("device")
                        .setProduct("12345")
                        .setFunction("setLed")
                        .setStatus(status)
                        .setAttempts(attempts)
                        .setReceivedAt(AT)
                        .setFinishedAt(AT)
                        .build())
                .orElseThrow());
    }
}
