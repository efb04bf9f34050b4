package io.fleetcommand.processor.core.request;

import java.util.Optional;

/** One variable of one device: polls of the same one may share a value. */
public record VariableId(String deviceId, String product, String name) {
    /** What a request reads; empty for commands. */
    public static Optional<VariableId> of(Request request) {
        return request.isCommand()
                ? Optional.empty()
                : Optional.of(new VariableId(
                        request.deviceId(), request.product(), request.action().name()));
    }
}
