package io.fleetcommand.processor.streams.codec;

import static io.fleetcommand.processor.streams.codec.OptionalFields.orNull;
import static io.fleetcommand.processor.streams.codec.OptionalFields.orZero;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.JournalEventValidator;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Termination;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.SaturatedMath;
import io.fleetcommand.processor.core.request.Status;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;

/** Encodes journal events as records of the journal topic and decodes them. Thread-safe. */
public final class JournalCodec {
    private final InboundDecoder decoder;
    private final Serializer<Object> serializer;
    private final String topic;
    private final String instance;

    /**
     * @param schemas decodes the Confluent wire format into the generated classes
     * @param serializer writes the generated classes in the same format
     * @param topic the journal topic
     * @param instance name of this instance, recorded in the journal for human readers
     */
    public JournalCodec(SchemaLookups schemas, Serializer<Object> serializer, String topic, String instance) {
        this.decoder = new InboundDecoder(schemas);
        this.serializer = serializer;
        this.topic = topic;
        this.instance = instance;
    }

    public byte[] bytes(JournalEvent event) {
        return serializer.serialize(topic, record(event));
    }

    public Decoded<JournalEvent> read(InboundRecord inbound) {
        return decoder.decode(inbound, AttemptEvent.class, JournalCodec::validated);
    }

    private static Decoded<JournalEvent> validated(AttemptEvent record) {
        JournalEvent event = event(record);
        return JournalEventValidator.fault(event)
                .<Decoded<JournalEvent>>map(fault -> new Decoded.Bad<>(Reason.UNREADABLE, fault, event.key()))
                .orElseGet(() -> new Decoded.Good<>(JournalEventValidator.limited(event)));
    }

    private AttemptEvent record(JournalEvent event) {
        return AttemptEvent.newBuilder()
                .setDeviceId(event.key().deviceId())
                .setRequestId(event.key().requestId())
                .setAttempt(event.attempt())
                .setEpoch(event.epoch())
                .setInstance(instance)
                .setEvent(content(event))
                .build();
    }

    private static JournalEvent event(AttemptEvent record) {
        RequestKey key = new RequestKey(record.getDeviceId(), record.getRequestId());
        int attempt = record.getAttempt();
        String epoch = record.getEpoch();
        if (record.getEvent() instanceof Claimed claimed) {
            return new JournalEvent.Claimed(key, attempt, epoch, SaturatedMath.epochMs(claimed.getClaimedAt()));
        }
        if (record.getEvent() instanceof Closed closed) {
            Termination termination = new Termination(
                    Status.valueOf(closed.getStatus().name()),
                    Reason.valueOf(closed.getReason().name()));
            return new JournalEvent.Terminated(
                    key, attempt, epoch, termination, SaturatedMath.epochMs(closed.getClosedAt()));
        }
        Finished finished = (Finished) record.getEvent();
        return new JournalEvent.Finished(
                key,
                attempt,
                epoch,
                outcome(finished),
                finished.getHeldMs(),
                SaturatedMath.epochMs(finished.getFinishedAt()));
    }

    private static Object content(JournalEvent event) {
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
                .setDetail(DetailText.of(outcome.detail()))
                .setRetryAfterMs(orNull(outcome.retryAfterMs()))
                .setCloudMs(outcome.cloudMs())
                .setHeldMs(heldMs)
                .setFinishedAt(at)
                .build();
    }

    private static Outcome outcome(Finished finished) {
        return new Outcome(
                Outcome.Kind.valueOf(finished.getOutcome().name()),
                Reason.valueOf(finished.getReason().name()),
                finished.getDetail(),
                Values.of(finished.getValue()),
                orZero(finished.getHttpStatus()),
                orZero(finished.getRetryAfterMs()),
                finished.getCounted(),
                finished.getCloudMs());
    }
}
