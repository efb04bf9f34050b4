package io.fleetcommand.operations;

import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.AuditedPublisher.Deed;
import io.fleetcommand.operations.OpenRequests.Open;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Who acts, and how their deeds are put into records.
 *
 * @param name as it stands in the audit topic
 */
public record Operator(String name, Topics topics) {
    /** @param how the command line's own words, for the audit record */
    public Deed replay(Replay replay, String how, Instant now) {
        String device = replay.failure().record().getDeviceId();
        // Where it came from: there it has the rights of whoever asked first, and no others.
        String topic = replay.failure().record().getSourceTopic();
        AuditRecord audit = AuditRecord.newBuilder()
                .setKind(AuditKind.REPLAY)
                .setActor(name)
                .setAt(now)
                .setRequestId(replay.failure().record().getRequestId())
                .setDeviceId(device)
                .setNewRequestId(replay.newId())
                .setDetail(how)
                .build();
        return new Deed(
                new ProducerRecord<>(
                        topic, null, device, replay.request(), replay.failure().headers()),
                new ProducerRecord<>(topics.audit(), device, audit));
    }

    /** @param how the command line's own words, for the audit record */
    public Deed cancellation(Open request, String how, Instant now) {
        Cancellation cancellation = Cancellation.newBuilder()
                .setRequestId(request.requestId())
                .setDeviceId(request.deviceId())
                .setRequester(name)
                .setCreatedAt(now)
                .build();
        AuditRecord audit = AuditRecord.newBuilder()
                .setKind(AuditKind.CANCELLATION)
                .setActor(name)
                .setAt(now)
                .setRequestId(request.requestId())
                .setDeviceId(request.deviceId())
                .setDetail(how)
                .build();
        return new Deed(
                new ProducerRecord<>(topics.cancellations(), request.deviceId(), cancellation),
                new ProducerRecord<>(topics.audit(), request.deviceId(), audit));
    }
}
