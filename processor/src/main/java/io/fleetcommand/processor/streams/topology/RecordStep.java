package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.streams.codec.InboundRecord;
import java.util.OptionalInt;

/** Processes one record that no earlier one blocks. */
@FunctionalInterface
interface RecordStep {
    /** @return the schema id that the record has to wait for; empty if the record is done */
    OptionalInt process(InboundRecord inbound, long nowMs);
}
