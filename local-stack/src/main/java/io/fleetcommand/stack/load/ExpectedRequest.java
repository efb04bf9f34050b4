package io.fleetcommand.stack.load;

import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * One request of a load, with what must become of it.
 *
 * @param request a DeviceCommand or a VariablePoll
 * @param argument of a command that devices run: its own request id, unique at its device, so that each run can be told apart; else empty
 * @param expected the statuses that are right for it
 */
public record ExpectedRequest(
        SpecificRecord request,
        String requestId,
        String deviceId,
        boolean command,
        boolean atMostOnce,
        String argument,
        Set<Status> expected) {
    public RequestKey key() {
        return new RequestKey(deviceId, requestId);
    }
}
