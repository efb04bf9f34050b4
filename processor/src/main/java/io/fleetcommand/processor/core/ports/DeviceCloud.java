package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.request.Request;
import java.util.function.Consumer;

/** The device cloud, as far as requests are concerned. */
@FunctionalInterface
public interface DeviceCloud {
    /**
     * Makes one call and returns at once. The outcome is given to {@code done} exactly once, on any thread, within the
     * call time-out; whatever goes wrong is an outcome, never an exception. The call is never repeated.
     */
    void call(Request request, Consumer<Outcome> done);
}
