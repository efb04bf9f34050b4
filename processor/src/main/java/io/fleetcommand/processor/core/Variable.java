package io.fleetcommand.processor.core;

import java.util.Optional;

/** One variable of one device: polls of the same one may share a value. */
public record Variable(String deviceId, String product, String name) {
    /** What a request reads; empty for commands. */
    public static Optional<Variable> of(Request request) {
        return request.isCommand()
                ? Optional.empty()
                : Optional.of(new Variable(
                        request.deviceId(), request.product(), request.action().name()));
    }
}
