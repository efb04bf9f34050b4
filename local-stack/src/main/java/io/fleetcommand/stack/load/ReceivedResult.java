package io.fleetcommand.stack.load;

import io.fleetcommand.model.ResultView;
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
    static ReceivedResult of(ResultView result) {
        return new ReceivedResult(
                new RequestKey(result.deviceId(), result.requestId()),
                result.status(),
                result.reason().name(),
                result.detail(),
                result.attempts(),
                result.finishedAt(),
                result.published());
    }
}
