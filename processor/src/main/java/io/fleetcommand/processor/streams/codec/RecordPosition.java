package io.fleetcommand.processor.streams.codec;

/** The position of a record in Kafka, which identifies it however often it is read. */
public record RecordPosition(String topic, int partition, long offset) {
    @Override
    public String toString() {
        return topic + ", partition " + partition + ", offset " + offset;
    }
}
