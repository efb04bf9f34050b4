package io.fleetcommand.registry;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Campaign;
import io.fleetcommand.model.CampaignAction;
import io.fleetcommand.model.CampaignCommand;
import io.fleetcommand.model.CampaignControl;
import io.fleetcommand.model.CampaignEvent;
import io.fleetcommand.model.CampaignExpectation;
import io.fleetcommand.model.CampaignPause;
import io.fleetcommand.model.CampaignPhase;
import io.fleetcommand.model.CampaignProgress;
import io.fleetcommand.model.CampaignRollout;
import io.fleetcommand.model.CampaignStage;
import io.fleetcommand.model.CampaignStopRule;
import io.fleetcommand.model.CampaignTarget;
import io.fleetcommand.model.CampaignWindow;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.ChildCalled;
import io.fleetcommand.model.ChildEnded;
import io.fleetcommand.model.ChildReady;
import io.fleetcommand.model.ChildWaiting;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.FiredStopRule;
import io.fleetcommand.model.GroupMatch;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.InventoryDevice;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.QuotaDemand;
import io.fleetcommand.model.QuotaLoan;
import io.fleetcommand.model.QuotaNotice;
import io.fleetcommand.model.QuotaOwner;
import io.fleetcommand.model.QuotaRest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.StageGate;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.StopAction;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.model.Weekday;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** One complete record of every type of value in a topic. */
final class Samples {
    private static final String DEVICE = "0123456789abcdef01234567";
    private static final Instant AT = Instant.parse("2026-01-01T10:00:00.123Z");

    private Samples() {}

    static List<SpecificRecord> all() {
        return List.of(
                command(),
                poll(),
                Cancellation.newBuilder()
                        .setRequestId("c-1")
                        .setDeviceId(DEVICE)
                        .setRequester("ops")
                        .setCreatedAt(AT)
                        .build(),
                commandResult(),
                PollResult.newBuilder()
                        .setRequestId("p-1")
                        .setDeviceId(DEVICE)
                        .setProduct("12345")
                        .setVariable("temperature")
                        .setStatus(Status.SUCCEEDED)
                        .setValue(21.5)
                        .setHttpStatus(200)
                        .setAttempts(1)
                        .setReceivedAt(AT)
                        .setFinishedAt(AT.plusMillis(150))
                        .setCloudMs(150)
                        .build(),
                VariableSnapshot.newBuilder()
                        .setDeviceId(DEVICE)
                        .setProduct("12345")
                        .setVariable("locked")
                        .setValueType(ValueType.BOOLEAN)
                        .setBooleanValue(true)
                        .setObservedAt(AT)
                        .setRequestId("p-1")
                        .build(),
                FailedRequest.newBuilder()
                        .setRequestId("c-1")
                        .setDeviceId(DEVICE)
                        .setStatus(Status.REJECTED)
                        .setReason(Reason.FUNCTION_NOT_FOUND)
                        .setDetail("no such function")
                        .setRequest(command())
                        .setAnswer(commandResult())
                        .setRawKey(ByteBuffer.wrap(new byte[] {1, 2}))
                        .setSourceTopic("fleet.commands")
                        .setSourcePartition(3)
                        .setSourceOffset(42)
                        .setFailedAt(AT)
                        .build(),
                event(new Claimed(AT)),
                event(Finished.newBuilder()
                        .setOutcome(OutcomeKind.THROTTLED)
                        .setCounted(false)
                        .setRetryAfterMs(9_000L)
                        .setFinishedAt(AT)
                        .build()),
                event(Closed.newBuilder()
                        .setStatus(Status.EXPIRED)
                        .setReason(Reason.DEADLINE_PASSED)
                        .setClosedAt(AT)
                        .build()),
                AuditRecord.newBuilder()
                        .setKind(AuditKind.REPLAY)
                        .setActor("ann@desk")
                        .setAt(AT)
                        .setRequestId("c-1")
                        .setDeviceId(DEVICE)
                        .setNewRequestId("c-1-replay")
                        .build(),
                new QuotaNotice(new QuotaOwner("green", 7L, AT)),
                new QuotaNotice(new QuotaRest(AT, 10_000L, 2)),
                new QuotaNotice(new QuotaDemand("me", AT)),
                new QuotaNotice(new QuotaLoan(3, "you", AT)),
                campaign(),
                CampaignControl.newBuilder()
                        .setCampaignId("winter")
                        .setControlId("k-1")
                        .setAction(CampaignAction.SET)
                        .setRatePerMinute(12.5)
                        .setMaxOpen(7)
                        .setActor("ann@desk")
                        .setReason("ticket 4711")
                        .setCreatedAt(AT)
                        .build(),
                progress(),
                campaignEvent(new ChildCalled(AT)),
                campaignEvent(new ChildWaiting(AT.plusSeconds(10), 2)),
                campaignEvent(new ChildReady(AT)),
                campaignEvent(ChildEnded.newBuilder()
                        .setStatus(Status.SUCCEEDED)
                        .setReturnValue(-3)
                        .setAttempts(2)
                        .setFinishedAt(AT)
                        .build()),
                InventoryDevice.newBuilder()
                        .setProduct("12345")
                        .setDeviceId(DEVICE)
                        .setName("cellar")
                        .setOnline(true)
                        .setLastHeard(AT)
                        .setGroups(List.of("canary"))
                        .setPlatformId(13)
                        .setFirmwareVersion(7)
                        .setSystemFirmwareVersion("4.2.0")
                        .setFunctions(List.of("setLed"))
                        .setVariables(List.of("temperature"))
                        .setListedAt(AT)
                        .build());
    }

    private static Campaign campaign() {
        return Campaign.newBuilder()
                .setCampaignId("winter")
                .setProduct("12345")
                .setTarget(CampaignTarget.newBuilder()
                        .setGroups(List.of("canary", "cellars"))
                        .setGroupMatch(GroupMatch.ALL)
                        .setOnlineOnly(true)
                        .setFirmwareVersionMin(7)
                        .setLimit(500)
                        .build())
                .setWhat(CampaignCommand.newBuilder()
                        .setFunction("reboot")
                        .setGuarantee(Guarantee.AT_MOST_ONCE)
                        .build())
                .setDeadlinePerDeviceMs(3_600_000L)
                .setEndsAt(AT.plusSeconds(86_400))
                .setWindows(List.of(new CampaignWindow(
                        List.of(Weekday.MONDAY, Weekday.TUESDAY), "22:00", "04:00", "Europe/Berlin")))
                .setRollout(CampaignRollout.newBuilder()
                        .setFactor(2)
                        .setMostPerMinute(600.0)
                        .setStages(List.of(new CampaignStage(null, 1.0, StageGate.WAIT)))
                        .build())
                .setStopRules(List.of(CampaignStopRule.newBuilder()
                        .setStatuses(List.of("REJECTED", "FAILED"))
                        .setSharePercent(5.0)
                        .setMinimumEnded(50)
                        .build()))
                .setExpect(CampaignExpectation.newBuilder().setMin(0.0).build())
                .setRequester("lights")
                .setReason("ticket 4711")
                .setCreatedAt(AT)
                .build();
    }

    private static CampaignProgress progress() {
        return CampaignProgress.newBuilder()
                .setCampaignId("winter")
                .setProduct("12345")
                .setState(CampaignPhase.PAUSED)
                .setSince(AT)
                .setBy("processor")
                .setWhy("a stop rule applied")
                .setPauses(List.of(CampaignPause.RULE, CampaignPause.WINDOW))
                .setTargeted(3)
                .setNotReleased(1)
                .setFailed(2)
                .setStopRule(new FiredStopRule(1, "FAILED above 5 % after 1", 2L, 2L, StopAction.PAUSE, AT))
                .setRestBy(AT.plusSeconds(60))
                .setSequence(9)
                .setAt(AT)
                .build();
    }

    private static CampaignEvent campaignEvent(Object event) {
        return CampaignEvent.newBuilder()
                .setCampaignId("winter")
                .setDeviceId(DEVICE)
                .setRequestId("winter/" + DEVICE)
                .setAttempt(2)
                .setEvent(event)
                .build();
    }

    static DeviceCommand command() {
        return DeviceCommand.newBuilder()
                .setRequestId("c-1")
                .setDeviceId(DEVICE)
                .setProduct("12345")
                .setFunction("setLed")
                .setArgument("an, aus, ü")
                .setGuarantee(Guarantee.AT_MOST_ONCE)
                .setPriority(Priority.URGENT)
                .setDeadline(AT.plusSeconds(60))
                .setNotBefore(AT.plusSeconds(1))
                .setMaxAttempts(3)
                .setRequester("lights")
                .setReplayOf("c-0")
                .setCreatedAt(AT)
                .build();
    }

    static VariablePoll poll() {
        return VariablePoll.newBuilder()
                .setRequestId("p-1")
                .setDeviceId(DEVICE)
                .setVariable("temperature")
                .setMaxAgeMs(5_000)
                .setCreatedAt(AT)
                .build();
    }

    private static CommandResult commandResult() {
        return CommandResult.newBuilder()
                .setRequestId("c-1")
                .setDeviceId(DEVICE)
                .setProduct("12345")
                .setFunction("setLed")
                .setStatus(Status.SUCCEEDED)
                .setReturnValue(-1)
                .setReceivedAt(AT)
                .setFinishedAt(AT)
                .build();
    }

    private static AttemptEvent event(Object event) {
        return AttemptEvent.newBuilder()
                .setRequestId("c-1")
                .setDeviceId("0123456789abcdef01234567")
                .setAttempt(1)
                .setEpoch("e")
                .setEvent(event)
                .build();
    }
}
