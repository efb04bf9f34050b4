package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RequestTimelineTest {
    private static final Instant START = Instant.parse("2026-11-25T07:30:00Z");
    private final List<FoundRecord> found = new ArrayList<>();

    @Test
    void tellsWhatHappenedFromThePublicationToTheReplay() {
        add(0, Failures.command("door-7").build());
        add(1, journal(1, "epoch-a", "processor-1", new Claimed(at(1))));
        add(2, journal(1, "epoch-a", "processor-1", finished(OutcomeKind.UNREACHABLE, 408, at(2))));
        add(3, journal(2, "epoch-b", "processor-2", new Closed(Status.EXPIRED, Reason.DEADLINE_PASSED, at(3))));
        add(4, answer("door-7", Status.OUTCOME_UNKNOWN));
        add(
                4,
                Failures.record("door-7", Status.OUTCOME_UNKNOWN)
                        .setFailedAt(at(4))
                        .build());
        add(5, audit(AuditKind.REPLAY, at(5)));
        add(6, Failures.command("door-7~r1").setReplayOf("door-7").build());
        add(8, answer("door-7~r1", Status.SUCCEEDED));

        assertThat(told())
                .containsExactly(
                        "0 published doors: unlock(\"front\") of " + Failures.DEVICE
                                + ", AT_LEAST_ONCE, URGENT, until 2026-11-25T07:30:00Z, in topic-3@0",
                        "0 read : by the processor",
                        "1 claimed processor-1: attempt 1 claimed [epoch epoch-a]",
                        "2 outcome processor-1: attempt 1 UNREACHABLE, HTTP 408, in 31 ms"
                                + " DEVICE_UNREACHABLE (timed out) [epoch epoch-a]",
                        "3 closed processor-2: attempt 2 ended without a further call, EXPIRED DEADLINE_PASSED"
                                + " [epoch epoch-b]",
                        "4 answered : OUTCOME_UNKNOWN DEVICE_UNREACHABLE (as it was); 1 attempt, 4000 ms in all:"
                                + " 5 for its turn, 6 for quota, 31 in the cloud, in topic-3@4",
                        "4 failed : kept for operations in topic-3@5",
                        "5 replayed ann@desk: as door-7~r1 (why)",
                        "6 replay doors: door-7~r1 published: unlock(\"front\") of " + Failures.DEVICE
                                + ", AT_LEAST_ONCE, URGENT, until 2026-11-25T07:30:00Z",
                        "8 replay : door-7~r1 ended: SUCCEEDED");
    }

    @Test
    void aClaimThatCameSecondIsVoidAndItsOutcomeDoesNotCount() {
        add(0, journal(1, "epoch-a", "processor-1", new Claimed(at(0))));
        add(1, journal(1, "epoch-b", "processor-2", new Claimed(at(1))));
        add(2, journal(1, "epoch-b", "processor-2", finished(OutcomeKind.NOT_SENT, 0, at(2))));
        add(3, journal(1, "epoch-a", "processor-1", finished(OutcomeKind.DONE, 200, at(3))));

        assertThat(RequestTimeline.of("door-7", found).lines())
                .extracting(
                        RequestTimeline.Line::who,
                        line -> line.text().contains("void"),
                        line -> line.text().contains("ignored"))
                .containsExactly(
                        tuple("processor-1", false, false),
                        tuple("processor-2", true, false),
                        tuple("processor-2", false, true),
                        tuple("processor-1", false, false));
    }

    @Test
    void theJournalsOrderStandsThoughClocksDiffer() {
        add(0, journal(1, "epoch-a", "ahead", new Claimed(at(10))));
        add(1, journal(1, "epoch-a", "behind", finished(OutcomeKind.DONE, 200, at(2))));

        assertThat(RequestTimeline.of("door-7", found).lines())
                .extracting(RequestTimeline.Line::who)
                .containsExactly("ahead", "behind");
    }

    @Test
    void tellsWhoCancelledAndWhoHadNoRight() {
        add(
                1,
                Cancellation.newBuilder()
                        .setRequestId("door-7")
                        .setDeviceId(Failures.DEVICE)
                        .setRequester("ann@desk")
                        .setCreatedAt(at(1))
                        .build());
        add(2, audit(AuditKind.CANCELLATION, at(2)));
        add(3, audit(AuditKind.POLICY_VIOLATION, at(3)));

        assertThat(told())
                .containsExactly(
                        "1 cancelled ann@desk: asked not to run it, in topic-3@0",
                        "2 audit ann@desk: asked to cancel it (why)",
                        "3 audit ann@desk: had no right to it (why)");
    }

    @Test
    void aCancellationThatWasRefusedIsToldAsRefusedAndWhy() {
        add(
                1,
                Cancellation.newBuilder()
                        .setRequestId("door-7")
                        .setDeviceId(Failures.DEVICE)
                        .setRequester("ann@desk")
                        .setCreatedAt(at(1))
                        .build());
        add(
                2,
                Failures.record("door-7", Status.INVALID)
                        .setReason(Reason.WRONG_PARTITION)
                        .setDetail("it lies elsewhere")
                        .setSourceTopic("topic")
                        .setSourceOffset(0)
                        .setFailedAt(at(2))
                        .build());

        assertThat(told())
                .containsExactly(
                        "1 refused ann@desk: asked not to run it, in topic-3@0; without effect, since it was refused:"
                                + " INVALID WRONG_PARTITION (it lies elsewhere)",
                        "2 failed : what lies in topic-3@0 was refused: INVALID WRONG_PARTITION (it lies elsewhere);"
                                + " kept for operations in topic-3@1");
    }

    private List<String> told() {
        return RequestTimeline.of("door-7", found).lines().stream()
                .map(line -> Duration.between(START, line.at()).toSeconds() + " " + line.what() + " " + line.who()
                        + ": " + line.text())
                .toList();
    }

    private void add(int second, SpecificRecord record) {
        found.add(new FoundRecord("topic", 3, found.size(), at(second), record));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static AttemptEvent journal(int attempt, String epoch, String instance, Object event) {
        return AttemptEvent.newBuilder()
                .setRequestId("door-7")
                .setAttempt(attempt)
                .setEpoch(epoch)
                .setInstance(instance)
                .setEvent(event)
                .build();
    }

    private static Finished finished(OutcomeKind kind, int httpStatus, Instant at) {
        return Finished.newBuilder()
                .setOutcome(kind)
                .setCounted(true)
                .setReason(Reason.DEVICE_UNREACHABLE)
                .setHttpStatus(httpStatus)
                .setDetail("timed out")
                .setCloudMs(31)
                .setFinishedAt(at)
                .build();
    }

    private static AuditRecord audit(AuditKind kind, Instant at) {
        return AuditRecord.newBuilder()
                .setKind(kind)
                .setActor("ann@desk")
                .setAt(at)
                .setRequestId("door-7")
                .setDeviceId(Failures.DEVICE)
                .setNewRequestId("door-7~r1")
                .setDetail("why")
                .build();
    }

    private static CommandResult answer(String id, Status status) {
        boolean first = id.equals("door-7");
        return CommandResult.newBuilder()
                .setRequestId(id)
                .setDeviceId(Failures.DEVICE)
                .setProduct("12345")
                .setFunction("unlock")
                .setStatus(status)
                .setReason(first ? Reason.DEVICE_UNREACHABLE : Reason.NONE)
                .setDetail(first ? "as it was" : "")
                .setAttempts(1)
                .setReceivedAt(at(0))
                .setFinishedAt(at(first ? 4 : 8))
                .setWaitedForTurnMs(5)
                .setWaitedForQuotaMs(6)
                .setCloudMs(31)
                .build();
    }

    @Test
    void timesThatCannotBeAreToldAndEndNothing() {
        add(
                0,
                CommandResult.newBuilder()
                        .setRequestId("door-7")
                        .setDeviceId(Failures.DEVICE)
                        .setProduct("p")
                        .setFunction("f")
                        .setStatus(Status.FAILED)
                        .setReceivedAt(Instant.ofEpochMilli(Long.MIN_VALUE))
                        .setFinishedAt(Instant.ofEpochMilli(Long.MAX_VALUE))
                        .build());
        add(1, journal(Integer.MIN_VALUE, "", "", new Claimed(Instant.ofEpochMilli(Long.MAX_VALUE))));

        assertThat(RequestTimeline.of("door-7", found).lines()).hasSize(3);
    }
}
