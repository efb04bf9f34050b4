package io.fleetcommand.operations;

import org.apache.avro.specific.SpecificRecord;

/**
 * One failed request that is to run again.
 *
 * @param request the DeviceCommand or VariablePoll to publish
 */
public record Replay(Failure failure, String newId, SpecificRecord request) {}
