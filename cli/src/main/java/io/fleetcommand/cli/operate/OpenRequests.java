package io.fleetcommand.cli.operate;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariablePoll;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** The requests of one device that have no answer: those that were published, less those that were answered. */
public final class OpenRequests {
    private final String deviceId;
    private final Map<String, Open> published = new LinkedHashMap<>();
    private final Set<String> answered = new HashSet<>();

    /** One request that waits for its answer. */
    public record Open(String requestId, String deviceId, boolean command, String name, Instant createdAt) {
        /** Of a DeviceCommand or VariablePoll. */
        static Optional<Open> of(SpecificRecord record) {
            if (record instanceof DeviceCommand command) {
                return Optional.of(new Open(
                        command.getRequestId(),
                        command.getDeviceId(),
                        true,
                        command.getFunction(),
                        command.getCreatedAt()));
            }
            return record instanceof VariablePoll poll
                    ? Optional.of(new Open(
                            poll.getRequestId(), poll.getDeviceId(), false, poll.getVariable(), poll.getCreatedAt()))
                    : Optional.empty();
        }
    }

    public OpenRequests(String deviceId) {
        this.deviceId = deviceId;
    }

    /** Takes in a request or a result, in any order; other devices' and other records are ignored. */
    public void take(SpecificRecord record) {
        Open.of(record)
                .filter(open -> open.deviceId().equals(deviceId))
                .ifPresent(open -> published.putIfAbsent(open.requestId(), open));
        // A CONFLICT, or what came by another partition, answers a second use of the id; the request that has it goes
        // on.
        Ending.of(record)
                .filter(ending -> ending.deviceId().equals(deviceId))
                .filter(ending -> ending.status() != Status.CONFLICT && ending.reason() != Reason.WRONG_PARTITION)
                .ifPresent(ending -> answered.add(ending.requestId()));
    }

    public List<Open> open() {
        return published.values().stream()
                .filter(open -> !answered.contains(open.requestId()))
                .toList();
    }
}
