package io.fleetcommand.processor.streams.codec;

import static io.fleetcommand.processor.streams.codec.OptionalFields.orNull;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Encodes the results of commands and polls, and the values that polls have read. The processor reads none of them
 * back: {@link io.fleetcommand.model.ResultView} does, for the relay and for other readers. Thread-safe.
 */
public final class ResultCodec {
    /** PostgreSQL and other stores reject it in text. */
    private static final char NUL = '\0';

    private static final char REPLACEMENT = '\uFFFD';

    private final Serializer<Object> serializer;
    private final Topics topics;

    /** @param serializer writes the generated classes in the Confluent wire format */
    public ResultCodec(Serializer<Object> serializer, Topics topics) {
        this.serializer = serializer;
        this.topics = topics;
    }

    /** The result of a command or a poll. The same bytes go to the result topic and to the caller's own reply topic. */
    public byte[] bytes(Request request, Result result) {
        return serializer.serialize(
                request.isCommand() ? topics.commandResults() : topics.pollResults(), record(request, result));
    }

    /** The value that a poll's call has read, for analytics. */
    public byte[] snapshot(Request poll, CachedReading reading, long nowMs) {
        return serializer.serialize(topics.variableSnapshots(), variableSnapshot(poll, reading, nowMs));
    }

    /** The result as a {@link CommandResult} or a {@link PollResult}. */
    static Object record(Request request, Result result) {
        return request.isCommand() ? commandResult(request, result) : pollResult(request, result);
    }

    static io.fleetcommand.model.Status status(Result result) {
        return io.fleetcommand.model.Status.valueOf(result.status().name());
    }

    static io.fleetcommand.model.Reason reason(Result result) {
        return io.fleetcommand.model.Reason.valueOf(result.reason().name());
    }

    private static CommandResult commandResult(Request request, Result result) {
        return CommandResult.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setFunction(request.action().name())
                .setStatus(status(result))
                .setReason(reason(result))
                .setDetail(DetailText.of(result.detail()))
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
                .setDetail(DetailText.of(result.detail()))
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
}
