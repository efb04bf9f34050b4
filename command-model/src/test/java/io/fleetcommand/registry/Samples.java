package io.fleetcommand.registry;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.QuotaDemand;
import io.fleetcommand.model.QuotaLoan;
import io.fleetcommand.model.QuotaNotice;
import io.fleetcommand.model.QuotaOwner;
import io.fleetcommand.model.QuotaRest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.model.VariableSnapshot;
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
                new QuotaNotice(new QuotaLoan(3, "you", AT)));
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
