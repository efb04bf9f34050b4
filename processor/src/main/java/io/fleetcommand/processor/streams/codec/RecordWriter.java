package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.VisibleText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;

/** Converts the core's types to the bytes of the published records. Thread-safe. */
public final class RecordWriter {
    private static final int MAX_DETAIL = 500;
    /** PostgreSQL and other stores reject it in text. */
    private static final char NUL = '\0';

    private static final char REPLACEMENT = '\uFFFD';

    private final Serializer<Object> serializer;
    private final Topics topics;
    private final String instance;

    /**
     * @param serializer writes the generated classes in the Confluent wire format
     * @param instance name of this instance, recorded in the journal for human readers
     */
    public RecordWriter(Serializer<Object> serializer, Topics topics, String instance) {
        this.serializer = serializer;
        this.topics = topics;
        this.instance = instance;
    }

    /**
     * Serializes one record of each type and discards it, so that the serializer registers or fetches all schemas that
     * it needs.
     *
     * @return the records of types that are also read back, by topic
     * @throws org.apache.kafka.common.errors.SerializationException if the registry rejects a schema or does not
     *     respond
     */
    public Map<String, byte[]> serializeSamples() {
        Request command = Request.unreadable(true, ReplyTo.NOBODY);
        Request poll = Request.unreadable(false, ReplyTo.NOBODY);
        Result result = Result.atOnce(Status.INVALID, Reason.NONE, "", 0);
        result(command, result);
        result(poll, result);
        snapshot(poll, new CachedReading(new Value.Whole(0), 0, 0), 0);
        failed(command, result, 0);
        violation(command, result);
        return Map.of(topics.attempts(), journalEvent(new JournalEvent.Claimed(new RequestKey("", ""), 1, "", 0)));
    }

    /** A journal event. */
    public byte[] journalEvent(JournalEvent event) {
        AttemptEvent record = AttemptEvent.newBuilder()
                .setDeviceId(event.key().deviceId())
                .setRequestId(event.key().requestId())
                .setAttempt(event.attempt())
                .setEpoch(event.epoch())
                .setInstance(instance)
                .setEvent(event(event))
                .build();
        return serializer.serialize(topics.attempts(), record);
    }

    /** The result of a command or a poll. The same bytes go to the result topic and to the caller's own reply topic. */
    public byte[] result(Request request, Result result) {
        return request.isCommand()
                ? serializer.serialize(topics.commandResults(), commandResult(request, result))
                : serializer.serialize(topics.pollResults(), pollResult(request, result));
    }

    /** The value that a poll's call has read, for analytics. */
    public byte[] snapshot(Request poll, CachedReading reading, long nowMs) {
        return serializer.serialize(topics.variableSnapshots(), variableSnapshot(poll, reading, nowMs));
    }

    /** A request that was read and did not succeed. */
    public byte[] failed(Request request, Result result, int partition) {
        FailedRequest failed = failure(request, result)
                .setRequest(request.isCommand() ? deviceCommand(request) : variablePoll(request))
                .setSourceTopic(request.source())
                .setSourcePartition(partition)
                .build();
        return serializer.serialize(topics.failedRequests(), failed);
    }

    /** A record that was rejected, with its original bytes. */
    public byte[] rejected(InboundRecord inbound, IntakeResult.Rejected rejected, Result result) {
        Request request = rejected.request();
        FailedRequest.Builder failed = failure(request, result)
                .setRawKey(ByteBuffer.wrap(InboundRecord.truncated(inbound.key())))
                .setRawValue(ByteBuffer.wrap(InboundRecord.truncated(inbound.value())))
                .setSourceTopic(inbound.topic())
                .setSourcePartition(inbound.partition())
                .setSourceOffset(inbound.offset());
        if (!rejected.awaited()) {
            failed.setAnswer(null);
        }
        if (rejected.readable()) {
            failed.setRequest(request.isCommand() ? deviceCommand(request) : variablePoll(request));
        }
        return serializer.serialize(topics.failedRequests(), failed.build());
    }

    /** The audit record of a policy violation: which requester asked for what. */
    public byte[] violation(Request request, Result result) {
        AuditRecord violation = AuditRecord.newBuilder()
                .setKind(AuditKind.POLICY_VIOLATION)
                .setActor(request.requester())
                .setAt(Instant.ofEpochMilli(result.finishedAtMs()))
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setDetail(printable(result.detail()))
                .build();
        return serializer.serialize(topics.audit(), violation);
    }

    /** Details are for human readers, and quote text of callers, devices and the cloud. */
    private static String printable(String detail) {
        return VisibleText.of(detail, MAX_DETAIL);
    }

    private static FailedRequest.Builder failure(Request request, Result result) {
        return FailedRequest.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setStatus(status(result))
                .setReason(reason(result))
                .setDetail(printable(result.detail()))
                .setAnswer(request.isCommand() ? commandResult(request, result) : pollResult(request, result))
                .setFailedAt(Instant.ofEpochMilli(result.finishedAtMs()));
    }

    private static CommandResult commandResult(Request request, Result result) {
        return CommandResult.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setFunction(request.action().name())
                .setStatus(status(result))
                .setReason(reason(result))
                .setDetail(printable(result.detail()))
                .setReturnValue(result.value() instanceof Value.Whole whole ? (int) whole.number() : null)
                .setHttpStatus(orNull(result.httpStatus()))
                .setAttempts(result.attempts())
                .setRequester(request.requester())
                .setReplayOf(orNull(request.replayOf()))
                .setReceivedAt(Instant.ofEpochMilli(result.timing().receivedAtMs()))
                .setFinishedAt(Instant.ofEpochMilli(result.finishedAtMs()))
                .setWaitedForTurnMs(result.timing().waitedForTurnMs())
                .setWaitedForQuotaMs(result.timing().waitedForQuotaMs())
                .setCloudMs(result.cloudMs())
                .build();
    }

    private static PollResult pollResult(Request request, Result result) {
        return PollResult.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setVariable(request.action().name())
                .setStatus(status(result))
                .setReason(reason(result))
                .setDetail(printable(result.detail()))
                .setValue(Values.toAvro(result.value()))
                .setValueType(result.status() == Status.SUCCEEDED ? type(result.value()) : null)
                .setDoubleValue(number(result.value()))
                .setAgeMs(result.ageMs())
                .setHttpStatus(orNull(result.httpStatus()))
                .setAttempts(result.attempts())
                .setRequester(request.requester())
                .setReplayOf(orNull(request.replayOf()))
                .setReceivedAt(Instant.ofEpochMilli(result.timing().receivedAtMs()))
                .setFinishedAt(Instant.ofEpochMilli(result.finishedAtMs()))
                .setWaitedForTurnMs(result.timing().waitedForTurnMs())
                .setWaitedForQuotaMs(result.timing().waitedForQuotaMs())
                .setCloudMs(result.cloudMs())
                .build();
    }

    private static VariableSnapshot variableSnapshot(Request poll, CachedReading reading, long nowMs) {
        VariableSnapshot.Builder snapshot = VariableSnapshot.newBuilder()
                .setDeviceId(poll.deviceId())
                .setProduct(poll.product())
                .setVariable(poll.action().name())
                .setValueType(type(reading.value()))
                .setDoubleValue(number(reading.value()))
                .setObservedAt(Instant.ofEpochMilli(reading.observedAtMs()))
                .setAgeMs(reading.ageMs(nowMs))
                .setRequestId(poll.id());
        Value value = reading.value();
        if (value instanceof Value.Whole whole) {
            snapshot.setLongValue(whole.number());
        } else if (value instanceof Value.Truth truth) {
            snapshot.setBooleanValue(truth.holds());
        } else if (value instanceof Value.Text text) {
            snapshot.setStringValue(text.text().replace(NUL, REPLACEMENT))
                    .setStringAltered(text.text().indexOf(NUL) >= 0);
        }
        return snapshot.build();
    }

    /** A reading without a value is a number that JSON cannot express: NaN or an infinity. */
    private static ValueType type(Value value) {
        if (value instanceof Value.Whole) {
            return ValueType.LONG;
        }
        if (value instanceof Value.Truth) {
            return ValueType.BOOLEAN;
        }
        return value instanceof Value.Text ? ValueType.STRING : ValueType.DOUBLE;
    }

    private static Double number(Value value) {
        if (value instanceof Value.Whole whole) {
            return (double) whole.number();
        }
        return value instanceof Value.Fraction fraction ? fraction.number() : null;
    }

    private static DeviceCommand deviceCommand(Request request) {
        Action.Call call = (Action.Call) request.action();
        return DeviceCommand.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setFunction(call.function())
                .setArgument(call.argument())
                .setGuarantee(io.fleetcommand.model.Guarantee.valueOf(
                        request.guarantee().name()))
                .setPriority(Priority.valueOf(request.priority().name()))
                .setDeadline(Instant.ofEpochMilli(request.deadlineMs()))
                .setNotBefore(request.notBeforeMs() == 0 ? null : Instant.ofEpochMilli(request.notBeforeMs()))
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(orNull(request.replayOf()))
                .setCreatedAt(Instant.ofEpochMilli(request.createdAtMs()))
                .build();
    }

    private static VariablePoll variablePoll(Request request) {
        Action.Read read = (Action.Read) request.action();
        return VariablePoll.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setVariable(read.variable())
                .setMaxAgeMs(read.maxAgeMs())
                .setPriority(Priority.valueOf(request.priority().name()))
                .setDeadline(Instant.ofEpochMilli(request.deadlineMs()))
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(orNull(request.replayOf()))
                .setCreatedAt(Instant.ofEpochMilli(request.createdAtMs()))
                .build();
    }

    private static Object event(JournalEvent event) {
        Instant at = Instant.ofEpochMilli(event.atMs());
        if (event instanceof JournalEvent.Claimed) {
            return new Claimed(at);
        }
        if (event instanceof JournalEvent.Terminated terminated) {
            return new Closed(
                    io.fleetcommand.model.Status.valueOf(
                            terminated.termination().status().name()),
                    io.fleetcommand.model.Reason.valueOf(
                            terminated.termination().reason().name()),
                    at);
        }
        JournalEvent.Finished finished = (JournalEvent.Finished) event;
        return finished(finished.outcome(), finished.heldMs(), at);
    }

    private static Finished finished(Outcome outcome, long heldMs, Instant at) {
        return Finished.newBuilder()
                .setOutcome(OutcomeKind.valueOf(outcome.kind().name()))
                .setCounted(outcome.counted())
                .setReason(io.fleetcommand.model.Reason.valueOf(outcome.reason().name()))
                .setValue(Values.toAvro(outcome.value()))
                .setHttpStatus(orNull(outcome.httpStatus()))
                .setDetail(printable(outcome.detail()))
                .setRetryAfterMs(outcome.retryAfterMs() == 0 ? null : outcome.retryAfterMs())
                .setCloudMs(outcome.cloudMs())
                .setHeldMs(heldMs)
                .setFinishedAt(at)
                .build();
    }

    private static io.fleetcommand.model.Status status(Result result) {
        return io.fleetcommand.model.Status.valueOf(result.status().name());
    }

    private static io.fleetcommand.model.Reason reason(Result result) {
        return io.fleetcommand.model.Reason.valueOf(result.reason().name());
    }

    private static Integer orNull(int httpStatus) {
        return Optional.of(httpStatus).filter(status -> status != 0).orElse(null);
    }

    private static String orNull(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty()).orElse(null);
    }
}
