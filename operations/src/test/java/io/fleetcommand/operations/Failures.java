package io.fleetcommand.operations;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariablePoll;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Failed requests for tests, each with its answer. */
final class Failures {
    static final Instant FAILED_AT = Instant.parse("2026-11-25T07:30:00Z");
    static final Instant CREATED_AT = FAILED_AT.minusSeconds(60);
    static final String DEVICE = "e00fce680000000000000001";

    private Failures() {}

    static DeviceCommand.Builder command(String id) {
        return DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(DEVICE)
                .setProduct("12345")
                .setFunction("unlock")
                .setArgument("front")
                .setPriority(Priority.URGENT)
                .setDeadline(FAILED_AT)
                .setNotBefore(CREATED_AT)
                .setMaxAttempts(3)
                .setRequester("doors")
                .setCreatedAt(CREATED_AT);
    }

    static VariablePoll.Builder poll(String id) {
        return VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(DEVICE)
                .setProduct("12345")
                .setVariable("temperature")
                .setMaxAgeMs(500)
                .setDeadline(FAILED_AT)
                .setRequester("climate")
                .setCreatedAt(CREATED_AT);
    }

    static Failure failure(DeviceCommand command, Status status) {
        CommandResult answer = CommandResult.newBuilder()
                .setRequestId(command.getRequestId())
                .setDeviceId(DEVICE)
                .setProduct("12345")
                .setFunction(command.getFunction())
                .setStatus(status)
                .setRequester(command.getRequester())
                .setReceivedAt(CREATED_AT)
                .setFinishedAt(FAILED_AT)
                .build();
        return failure(record(command.getRequestId(), status)
                .setRequest(command)
                .setAnswer(answer)
                .build());
    }

    static Failure failure(VariablePoll poll, Status status) {
        return failure(record(poll.getRequestId(), status)
                .setRequest(poll)
                .setSourceTopic("fleet.polls")
                .build());
    }

    static Failure failure(FailedRequest record) {
        return new Failure(record, new RecordHeaders());
    }

    static FailedRequest.Builder record(String id, Status status) {
        return FailedRequest.newBuilder()
                .setRequestId(id)
                .setDeviceId(DEVICE)
                .setStatus(status)
                .setReason(Reason.DEADLINE_PASSED)
                .setDetail("the deadline passed")
                .setSourceTopic("fleet.commands")
                .setSourcePartition(3)
                .setFailedAt(FAILED_AT);
    }

    static DeviceCommand atMostOnce(String id) {
        return command(id).setGuarantee(Guarantee.AT_MOST_ONCE).build();
    }
}
