package io.fleetcommand.processor.streams;

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
import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Value;
import io.fleetcommand.service.VisibleText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;

/** From the core's words to the bytes of the published records. Safe for use by many threads. */
public final class RecordWriter {
    private static final int MAX_DETAIL = 500;
    /** No text of PostgreSQL, and none of others, may hold it. */
    private static final char NUL = '\0';

    private static final char REPLACEMENT = '\uFFFD';

    private final Serializer<Object> serializer;
    private final Topics topics;
    private final String instance;

    /**
     * @param serializer writes the generated classes in the Confluent wire format
     * @param instance name of this instance, for people who read the journal
     */
    public RecordWriter(Serializer<Object> serializer, Topics topics, String instance) {
        this.serializer = serializer;
        this.topics = topics;
        this.instance = instance;
    }

    /**
     * Writes one of each kind of record to nowhere, so that the serializer learns all schemas that it needs.
     *
     * @return by topic, those that are read back
     * @throws org.apache.kafka.common.errors.SerializationException if the registry refuses, or does not answer
     */
    public Map<String, byte[]> meetSchemas() {
        Request command = Request.unreadable(true, ReplyTo.NOBODY);
        Request poll = Request.unreadable(false, ReplyTo.NOBODY);
        Answer answer = Answer.atOnce(Status.INVALID, Reason.NONE, "", 0);
        result(command, answer);
        result(poll, answer);
        snapshot(poll, new Observation(new Value.Whole(0), 0, 0), 0);
        failed(command, answer, 0);
        violation(command, answer);
        return Map.of(topics.attempts(), fact(new Fact.Claimed(new RequestKey("", ""), 1, "", 0)));
    }

    /** A line of the journal. */
    public byte[] fact(Fact fact) {
        AttemptEvent line = AttemptEvent.newBuilder()
                .setDeviceId(fact.key().deviceId())
                .setRequestId(fact.key().requestId())
                .setAttempt(fact.attempt())
                .setEpoch(fact.epoch())
                .setInstance(instance)
                .setEvent(event(fact))
                .build();
        return serializer.serialize(topics.attempts(), line);
    }

    /** The result of a command or a poll. The same bytes go to the result topic and to the caller's own. */
    byte[] result(Request request, Answer answer) {
        return request.isCommand()
                ? serializer.serialize(topics.commandResults(), commandResult(request, answer))
                : serializer.serialize(topics.pollResults(), pollResult(request, answer));
    }

    /** What a poll's call has read, for analytics. */
    byte[] snapshot(Request poll, Observation observation, long nowMs) {
        return serializer.serialize(topics.variableSnapshots(), variableSnapshot(poll, observation, nowMs));
    }

    /** A request that did not succeed, though it could be read. */
    byte[] failed(Request request, Answer answer, int partition) {
        FailedRequest failed = failure(request, answer)
                .setRequest(request.isCommand() ? deviceCommand(request) : variablePoll(request))
                .setSourceTopic(request.source())
                .setSourcePartition(partition)
                .build();
        return serializer.serialize(topics.failedRequests(), failed);
    }

    /** A record that could not be accepted, with its bytes as they came. */
    byte[] refused(Arrival arrival, Reading.Refused refused, Answer answer) {
        Request request = refused.request();
        FailedRequest.Builder failed = failure(request, answer)
                .setRawKey(ByteBuffer.wrap(Arrival.kept(arrival.key())))
                .setRawValue(ByteBuffer.wrap(Arrival.kept(arrival.value())))
                .setSourceTopic(arrival.topic())
                .setSourcePartition(arrival.partition())
                .setSourceOffset(arrival.offset());
        if (!refused.awaited()) {
            failed.setAnswer(null);
        }
        if (refused.readable()) {
            failed.setRequest(request.isCommand() ? deviceCommand(request) : variablePoll(request));
        }
        return serializer.serialize(topics.failedRequests(), failed.build());
    }

    /** For the audit: who asked for what it may not. */
    byte[] violation(Request request, Answer answer) {
        AuditRecord violation = AuditRecord.newBuilder()
                .setKind(AuditKind.POLICY_VIOLATION)
                .setActor(request.requester())
                .setAt(Instant.ofEpochMilli(answer.finishedAtMs()))
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setDetail(shown(answer.detail()))
                .build();
        return serializer.serialize(topics.audit(), violation);
    }

    /** Details are for people, and quote what callers, devices and the cloud have said. */
    private static String shown(String detail) {
        return VisibleText.of(detail, MAX_DETAIL);
    }

    private static FailedRequest.Builder failure(Request request, Answer answer) {
        return FailedRequest.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setStatus(status(answer))
                .setReason(reason(answer))
                .setDetail(shown(answer.detail()))
                .setAnswer(request.isCommand() ? commandResult(request, answer) : pollResult(request, answer))
                .setFailedAt(Instant.ofEpochMilli(answer.finishedAtMs()));
    }

    private static CommandResult commandResult(Request request, Answer answer) {
        return CommandResult.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setFunction(request.action().name())
                .setStatus(status(answer))
                .setReason(reason(answer))
                .setDetail(shown(answer.detail()))
                .setReturnValue(answer.value() instanceof Value.Whole whole ? (int) whole.number() : null)
                .setHttpStatus(given(answer.httpStatus()))
                .setAttempts(answer.attempts())
                .setRequester(request.requester())
                .setReplayOf(given(request.replayOf()))
                .setReceivedAt(Instant.ofEpochMilli(answer.timing().receivedAtMs()))
                .setFinishedAt(Instant.ofEpochMilli(answer.finishedAtMs()))
                .setWaitedForTurnMs(answer.timing().waitedForTurnMs())
                .setWaitedForQuotaMs(answer.timing().waitedForQuotaMs())
                .setCloudMs(answer.cloudMs())
                .build();
    }

    private static PollResult pollResult(Request request, Answer answer) {
        return PollResult.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setVariable(request.action().name())
                .setStatus(status(answer))
                .setReason(reason(answer))
                .setDetail(shown(answer.detail()))
                .setValue(Values.plain(answer.value()))
                .setValueType(answer.status() == Status.SUCCEEDED ? type(answer.value()) : null)
                .setDoubleValue(number(answer.value()))
                .setAgeMs(answer.ageMs())
                .setHttpStatus(given(answer.httpStatus()))
                .setAttempts(answer.attempts())
                .setRequester(request.requester())
                .setReplayOf(given(request.replayOf()))
                .setReceivedAt(Instant.ofEpochMilli(answer.timing().receivedAtMs()))
                .setFinishedAt(Instant.ofEpochMilli(answer.finishedAtMs()))
                .setWaitedForTurnMs(answer.timing().waitedForTurnMs())
                .setWaitedForQuotaMs(answer.timing().waitedForQuotaMs())
                .setCloudMs(answer.cloudMs())
                .build();
    }

    private static VariableSnapshot variableSnapshot(Request poll, Observation observation, long nowMs) {
        VariableSnapshot.Builder snapshot = VariableSnapshot.newBuilder()
                .setDeviceId(poll.deviceId())
                .setProduct(poll.product())
                .setVariable(poll.action().name())
                .setValueType(type(observation.value()))
                .setDoubleValue(number(observation.value()))
                .setObservedAt(Instant.ofEpochMilli(observation.observedAtMs()))
                .setAgeMs(observation.ageMs(nowMs))
                .setRequestId(poll.id());
        Value value = observation.value();
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

    /** What has no value is a number that JSON cannot write. */
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
                .setPriority(Priority.valueOf(request.lane().name()))
                .setDeadline(Instant.ofEpochMilli(request.deadlineMs()))
                .setNotBefore(request.notBeforeMs() == 0 ? null : Instant.ofEpochMilli(request.notBeforeMs()))
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(given(request.replayOf()))
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
                .setPriority(Priority.valueOf(request.lane().name()))
                .setDeadline(Instant.ofEpochMilli(request.deadlineMs()))
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(given(request.replayOf()))
                .setCreatedAt(Instant.ofEpochMilli(request.createdAtMs()))
                .build();
    }

    private static Object event(Fact fact) {
        Instant at = Instant.ofEpochMilli(fact.atMs());
        if (fact instanceof Fact.Claimed) {
            return new Claimed(at);
        }
        if (fact instanceof Fact.Closed closed) {
            return new Closed(
                    io.fleetcommand.model.Status.valueOf(
                            closed.closing().status().name()),
                    io.fleetcommand.model.Reason.valueOf(
                            closed.closing().reason().name()),
                    at);
        }
        Fact.Finished finished = (Fact.Finished) fact;
        return finished(finished.outcome(), finished.heldMs(), at);
    }

    private static Finished finished(Outcome outcome, long heldMs, Instant at) {
        return Finished.newBuilder()
                .setOutcome(OutcomeKind.valueOf(outcome.kind().name()))
                .setCounted(outcome.counted())
                .setReason(io.fleetcommand.model.Reason.valueOf(outcome.reason().name()))
                .setValue(Values.plain(outcome.value()))
                .setHttpStatus(given(outcome.httpStatus()))
                .setDetail(shown(outcome.detail()))
                .setRetryAfterMs(outcome.retryAfterMs() == 0 ? null : outcome.retryAfterMs())
                .setCloudMs(outcome.cloudMs())
                .setHeldMs(heldMs)
                .setFinishedAt(at)
                .build();
    }

    private static io.fleetcommand.model.Status status(Answer answer) {
        return io.fleetcommand.model.Status.valueOf(answer.status().name());
    }

    private static io.fleetcommand.model.Reason reason(Answer answer) {
        return io.fleetcommand.model.Reason.valueOf(answer.reason().name());
    }

    private static Integer given(int httpStatus) {
        return Optional.of(httpStatus).filter(status -> status != 0).orElse(null);
    }

    private static String given(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty()).orElse(null);
    }
}
