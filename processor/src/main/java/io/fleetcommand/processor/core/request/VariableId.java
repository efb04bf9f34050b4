package io.fleetcommand.processor.core.request;

import java.util.Optional;

/** A variable of a device: polls of the same one may share a value. */
public record VariableId(String deviceId, String product, String name) {
    /** The variable that a poll reads; empty for commands. */
    public static Optional<VariableId> of(Request request) {
        return request.isCommand()
                ? Optional.empty()
                : Optional.of(new VariableId(
                        request.deviceId(), request.product(), request.action().name()));
    }
}
