package io.fleetcommand.processor.streams.codec;

import static io.fleetcommand.processor.streams.codec.OptionalFields.orEmpty;
import static io.fleetcommand.processor.streams.codec.OptionalFields.orNull;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.SaturatedMath;
import java.time.Instant;
import java.util.Optional;

/**
 * Decodes requests and cancellations, with every default filled in; converts requests back to the records in which
 * failed requests are published. Thread-safe.
 */
public final class RequestCodec {
    private final InboundDecoder decoder;
    private final String product;
    private final long timeToLiveMs;

    /**
     * @param schemas decodes the Confluent wire format into the generated classes
     * @param product default product, for requests that name none
     * @param timeToLiveMs time from creation to deadline of requests that name no deadline, in milliseconds
     */
    public RequestCodec(SchemaLookups schemas, String product, long timeToLiveMs) {
        this.decoder = new InboundDecoder(schemas);
        this.product = product;
        this.timeToLiveMs = timeToLiveMs;
    }

    public Decoded<Request> command(InboundRecord inbound, ReplyTo replyTo) {
        return decoder.decode(
                inbound,
                DeviceCommand.class,
                command -> new Decoded.Good<>(request(command, inbound.topic(), replyTo)));
    }

    public Decoded<Request> poll(InboundRecord inbound, ReplyTo replyTo) {
        return decoder.decode(
                inbound, VariablePoll.class, poll -> new Decoded.Good<>(request(poll, inbound.topic(), replyTo)));
    }

    /** The key of the request to cancel. Does not check the record's partition. */
    public Decoded<RequestKey> cancellation(InboundRecord inbound) {
        return decoder.decode(
                inbound,
                Cancellation.class,
                cancellation -> RequestValidator.cancellationFault(
                                cancellation.getRequestId(),
                                cancellation.getDeviceId(),
                                cancellation.getRequester(),
                                inbound.keyText())
                        .<Decoded<RequestKey>>map(
                                fault -> new Decoded.Bad<>(fault.reason(), fault.detail(), key(cancellation)))
                        .orElseGet(() -> new Decoded.Good<>(key(cancellation))));
    }

    /** The request as a {@link DeviceCommand} or a {@link VariablePoll}. */
    static Object record(Request request) {
        return request.isCommand() ? deviceCommand(request) : variablePoll(request);
    }

    private static RequestKey key(Cancellation cancellation) {
        return new RequestKey(cancellation.getDeviceId(), cancellation.getRequestId());
    }

    private Request request(DeviceCommand command, String source, ReplyTo replyTo) {
        return new Request(
                command.getRequestId(),
                command.getDeviceId(),
                Optional.ofNullable(command.getProduct()).orElse(product),
                new Action.Call(command.getFunction(), command.getArgument()),
                Guarantee.valueOf(command.getGuarantee().name()),
                Priority.valueOf(command.getPriority().name()),
                deadlineMs(command.getDeadline(), command.getCreatedAt()),
                Optional.ofNullable(command.getNotBefore())
                        .map(SaturatedMath::epochMs)
                        .orElse(0L),
                command.getMaxAttempts(),
                command.getRequester(),
                orEmpty(command.getReplayOf()),
                SaturatedMath.epochMs(command.getCreatedAt()),
                source,
                replyTo);
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
                .setPriority(io.fleetcommand.model.Priority.valueOf(
                        request.priority().name()))
                .setDeadline(Instant.ofEpochMilli(request.deadlineMs()))
                .setNotBefore(request.notBeforeMs() == 0 ? null : Instant.ofEpochMilli(request.notBeforeMs()))
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(orNull(request.replayOf()))
                .setCreatedAt(Instant.ofEpochMilli(request.createdAtMs()))
                .build();
    }

    private Request request(VariablePoll poll, String source, ReplyTo replyTo) {
        return new Request(
                poll.getRequestId(),
                poll.getDeviceId(),
                Optional.ofNullable(poll.getProduct()).orElse(product),
                new Action.Read(poll.getVariable(), poll.getMaxAgeMs()),
                Guarantee.AT_LEAST_ONCE,
                Priority.valueOf(poll.getPriority().name()),
                deadlineMs(poll.getDeadline(), poll.getCreatedAt()),
                0,
                poll.getMaxAttempts(),
                poll.getRequester(),
                orEmpty(poll.getReplayOf()),
                SaturatedMath.epochMs(poll.getCreatedAt()),
                source,
                replyTo);
    }

    private static VariablePoll variablePoll(Request request) {
        Action.Read read = (Action.Read) request.action();
        return VariablePoll.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setProduct(request.product())
                .setVariable(read.variable())
                .setMaxAgeMs(read.maxAgeMs())
                .setPriority(io.fleetcommand.model.Priority.valueOf(
                        request.priority().name()))
                .setDeadline(Instant.ofEpochMilli(request.deadlineMs()))
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(orNull(request.replayOf()))
                .setCreatedAt(Instant.ofEpochMilli(request.createdAtMs()))
                .build();
    }

    private long deadlineMs(Instant deadline, Instant createdAt) {
        return Optional.ofNullable(deadline)
                .map(SaturatedMath::epochMs)
                .orElseGet(() -> SaturatedMath.sum(SaturatedMath.epochMs(createdAt), timeToLiveMs));
    }
}
