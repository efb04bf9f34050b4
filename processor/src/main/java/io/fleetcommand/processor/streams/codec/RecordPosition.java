package io.fleetcommand.processor.streams.codec;

/** Where a record stands in Kafka: the same wherever and however often it is read. */
public record RecordPosition(String topic, int partition, long offset) {
    @Override
    public String toString() {
        return topic + ", partition " + partition + ", offset " + offset;
    }
}
