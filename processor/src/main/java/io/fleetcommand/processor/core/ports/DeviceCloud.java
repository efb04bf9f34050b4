package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.request.Request;
import java.util.function.Consumer;

/** Calls devices through the device cloud. */
@FunctionalInterface
public interface DeviceCloud {
    /**
     * Starts one call and returns at once. Passes its outcome to {@code done} exactly once, on any thread, within the
     * call timeout. Every failure is an outcome, never an exception. The call is never repeated.
     */
    void call(Request request, Consumer<Outcome> done);
}
