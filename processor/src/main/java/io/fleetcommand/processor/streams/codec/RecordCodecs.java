package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import org.apache.kafka.common.serialization.Serializer;

/** The codecs of all records that tasks read and write. Thread-safe. */
public record RecordCodecs(
        JournalCodec journal,
        RequestCodec requests,
        ResultCodec results,
        FailedRequestCodec failedRequests,
        AuditCodec audit) {
    /**
     * @param instance name of this instance, recorded in the journal for human readers
     * @param schemas decodes the Confluent wire format into the generated classes
     * @param serializer writes the generated classes in the same format
     * @param product default product, for requests that name none
     * @param timeToLiveMs time from creation to deadline of requests that name no deadline, in milliseconds
     */
    public static RecordCodecs of(
            Topics topics,
            String instance,
            SchemaLookups schemas,
            Serializer<Object> serializer,
            String product,
            long timeToLiveMs) {
        return new RecordCodecs(
                new JournalCodec(schemas, serializer, topics.attempts(), instance),
                new RequestCodec(schemas, product, timeToLiveMs),
                new ResultCodec(serializer, topics),
                new FailedRequestCodec(serializer, topics.failedRequests()),
                new AuditCodec(serializer, topics.audit()));
    }

    /**
     * Serializes one record of each type and discards it, so that the serializer registers or fetches all schemas that
     * it needs.
     *
     * @return a journal event, the only type that is read back
     * @throws org.apache.kafka.common.errors.SerializationException if the registry rejects a schema or does not
     *     respond
     */
    public byte[] serializeSamples() {
        Request command = Request.unreadable(true, ReplyTo.NOBODY);
        Request poll = Request.unreadable(false, ReplyTo.NOBODY);
        Result result = Result.atOnce(Status.INVALID, Reason.NONE, "", 0);
        results.bytes(command, result);
        results.bytes(poll, result);
        results.snapshot(poll, new CachedReading(new Value.Whole(0), 0, 0), 0);
        failedRequests.failed(command, result, 0);
        audit.violation(command, result);
        return journal.bytes(new JournalEvent.Claimed(new RequestKey("", ""), 1, "", 0));
    }
}
