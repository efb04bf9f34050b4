package io.fleetcommand.operations;

import io.fleetcommand.model.FailedRequest;

/** Where a record lies in Kafka. */
record RecordLocation(String topic, int partition, long offset) {
    /** Where the record lay that a failed request was read from; known only of what was refused at first sight. */
    static RecordLocation ofSource(FailedRequest failed) {
        return new RecordLocation(failed.getSourceTopic(), failed.getSourcePartition(), failed.getSourceOffset());
    }

    boolean isKnown() {
        return offset >= 0;
    }

    /** For people. */
    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
