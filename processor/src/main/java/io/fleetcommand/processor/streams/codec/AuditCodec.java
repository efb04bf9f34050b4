package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Request;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;

/** Encodes audit records. Thread-safe. */
public final class AuditCodec {
    private final Serializer<Object> serializer;
    private final String topic;

    /**
     * @param serializer writes the generated classes in the Confluent wire format
     * @param topic the audit topic
     */
    public AuditCodec(Serializer<Object> serializer, String topic) {
        this.serializer = serializer;
        this.topic = topic;
    }

    /** A policy violation: which requester asked for what. */
    public byte[] violation(Request request, Result result) {
        AuditRecord violation = AuditRecord.newBuilder()
                .setKind(AuditKind.POLICY_VIOLATION)
                .setActor(request.requester())
                .setAt(Instant.ofEpochMilli(result.finishedAtMs()))
                .setRequestId(request.id())
                .setDeviceId(request.deviceId())
                .setDetail(DetailText.of(result.detail()))
                .build();
        return serializer.serialize(topic, violation);
    }
}
