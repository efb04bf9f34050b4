package io.fleetcommand.processor.replies;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.ResultView;
import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Creates the note for operations that a copy was given up. It holds the result and not the request, so that a
 * request that was answered is not replayed. Thread-safe if its serializer and deserializer are.
 */
public final class NoteCodec {
    private final Topics topics;
    private final Deserializer<?> deserializer;
    private final Serializer<Object> serializer;
    private final InstantSource clock;

    /**
     * @param deserializer reads the Confluent wire format into the generated classes
     * @param serializer writes the generated classes in the same format
     */
    public NoteCodec(Topics topics, Deserializer<?> deserializer, Serializer<Object> serializer, InstantSource clock) {
        this.topics = topics;
        this.deserializer = deserializer;
        this.serializer = serializer;
        this.clock = clock;
    }

    /**
     * @param encoded the value of the copy
     * @throws SerializationException if the result cannot be read or the schema registry is unavailable
     */
    byte[] note(ReplyEnvelope envelope, byte[] encoded, ReplyFailure cause) {
        ResultView result = ResultView.of(deserializer.deserialize(topics.replies(), encoded))
                .orElseThrow(() -> new SerializationException("not a result"));
        FailedRequest note = FailedRequest.newBuilder()
                .setRequestId(result.requestId())
                .setDeviceId(result.deviceId())
                .setStatus(result.status())
                .setReason(Reason.REPLY_NOT_DELIVERED)
                .setDetail(detail(envelope, result.isCommand() ? topics.commandResults() : topics.pollResults(), cause))
                .setAnswer(result.published())
                .setSourceTopic(envelope.requestTopic())
                .setSourcePartition(envelope.requestPartition())
                .setFailedAt(Instant.ofEpochMilli(clock.millis()))
                .build();
        return serializer.serialize(topics.failedRequests(), note);
    }

    private static String detail(ReplyEnvelope envelope, String resultTopic, ReplyFailure cause) {
        String partition = envelope.to().partition() < 0
                ? ""
                : ", partition " + envelope.to().partition();
        return "the request was answered, see " + resultTopic + "; the copy for its reply topic "
                + envelope.to().topic() + partition + " was given up: " + cause.why() + "; " + cause.remedy();
    }
}
