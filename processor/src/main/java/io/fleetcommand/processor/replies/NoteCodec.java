package io.fleetcommand.processor.replies;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Creates the note for operations that a copy was given up. It holds the result and not the request, so that nobody
 * replays a request that was answered. Thread-safe if its serializer and deserializer are.
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
        FailedRequest.Builder note = FailedRequest.newBuilder()
                .setReason(Reason.REPLY_NOT_DELIVERED)
                .setSourceTopic(envelope.requestTopic())
                .setSourcePartition(envelope.requestPartition())
                .setFailedAt(Instant.ofEpochMilli(clock.millis()));
        Object record = deserializer.deserialize(topics.replies(), encoded);
        if (record instanceof CommandResult command) {
            note.setRequestId(command.getRequestId())
                    .setDeviceId(command.getDeviceId())
                    .setStatus(command.getStatus())
                    .setDetail(detail(envelope, topics.commandResults(), cause))
                    .setAnswer(command);
        } else if (record instanceof PollResult poll) {
            note.setRequestId(poll.getRequestId())
                    .setDeviceId(poll.getDeviceId())
                    .setStatus(poll.getStatus())
                    .setDetail(detail(envelope, topics.pollResults(), cause))
                    .setAnswer(poll);
        } else {
            throw new SerializationException("not a result");
        }
        return serializer.serialize(topics.failedRequests(), note.build());
    }

    private static String detail(ReplyEnvelope envelope, String resultTopic, ReplyFailure cause) {
        String partition = envelope.to().partition() < 0
                ? ""
                : ", partition " + envelope.to().partition();
        return "the request was answered, see " + resultTopic + "; the copy for its reply topic "
                + envelope.to().topic() + partition + " was given up: " + cause.why() + "; " + cause.remedy();
    }
}
