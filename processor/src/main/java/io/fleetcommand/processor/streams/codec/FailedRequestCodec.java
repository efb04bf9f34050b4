package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Request;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;

/** Encodes requests that did not succeed, and records that were rejected, for operations. Thread-safe. */
public final class FailedRequestCodec {
    private final Serializer<Object> serializer;
    private final String topic;

    /**
     * @param serializer writes the generated classes in the Confluent wire format
     * @param topic the topic of failed requests
     */
    public FailedRequestCodec(Serializer<Object> serializer, String topic) {
        this.serializer = serializer;
        this.topic = topic;
    }

    /** A request that was read and did not succeed. */
    public byte[] failed(Request request, Result result, int partition) {
        return serializer.serialize(
                topic,
                failure(request, result)
                        .setRequest(RequestCodec.record(request))
                        .setSourceTopic(request.source())
                        .setSourcePartition(partition)
                        .build());
    }

    /** A record that was rejected, with its original bytes. */
    public byte[] rejected(InboundRecord inbound, IntakeResult.Rejected rejected, Result result) {
        FailedRequest.Builder failed = failure(rejected.request(), result)
                .setRawKey(ByteBuffer.wrap(InboundRecord.truncated(inbound.key())))
                .setRawValue(ByteBuffer.wrap(InboundRecord.truncated(inbound.value())))
                .setSourceTopic(inbound.topic())
                .setSourcePartition(inbound.partition())
                .setSourceOffset(inbound.offset());
        if (!rejected.awaited()) {
            failed.setAnswer(null);
        }
        if (rejected.readable()) {
            failed.setRequest(RequestCodec.record(rejected.request()));
        }
        return serializer.serialize(topic, failed.build());
    }

    private static FailedRequest.Builder failure(Request request, Result result) {
        return FailedRequest.newBuilder()
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setStatus(ResultCodec.status(result))
                .setReason(ResultCodec.reason(result))
                .setDetail(DetailText.of(result.detail()))
                .setAnswer(ResultCodec.record(request, result))
                .setFailedAt(Instant.ofEpochMilli(result.finishedAtMs()));
    }
}
