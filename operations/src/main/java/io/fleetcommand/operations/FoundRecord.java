package io.fleetcommand.operations;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record that says something about a request, and where it lies.
 *
 * @param writtenAt Kafka's time of the record
 */
public record FoundRecord(String topic, int partition, long offset, Instant writtenAt, SpecificRecord record) {
    RecordLocation place() {
        return new RecordLocation(topic, partition, offset);
    }
}
