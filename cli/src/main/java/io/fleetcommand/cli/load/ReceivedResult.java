package io.fleetcommand.cli.load;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a command's and a poll's result have in common.
 *
 * @param published the whole result
 */
public record ReceivedResult(
        RequestKey key,
        Status status,
        String reason,
        String detail,
        int attempts,
        Instant finishedAt,
        SpecificRecord published) {
    static ReceivedResult of(CommandResult result) {
        return new ReceivedResult(
                new RequestKey(result.getDeviceId(), result.getRequestId()),
                result.getStatus(),
                result.getReason().name(),
                result.getDetail(),
                result.getAttempts(),
                result.getFinishedAt(),
                result);
    }

    static ReceivedResult of(PollResult result) {
        return new ReceivedResult(
                new RequestKey(result.getDeviceId(), result.getRequestId()),
                result.getStatus(),
                result.getReason().name(),
                result.getDetail(),
                result.getAttempts(),
                result.getFinishedAt(),
                result);
    }
}
