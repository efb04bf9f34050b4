package io.fleetcommand.simulator.faults;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A fault to inject, with its scope and frequency. Immutable.
 *
 * @param route only requests of this route
 * @param device only requests about this device
 * @param name only requests about this function or variable
 * @param next only the next requests of the scope, up to this number
 * @param rate only this fraction of them, 0 to 1
 * @param status status of the response, if the kind has one
 * @param body body of the response, if the kind has one
 * @param delayMs delay of the kinds slow and hang
 * @param retryAfterSeconds adds the header {@code Retry-After} to the response
 * @param executed whether the device executes the call before the fault
 */
public record Fault(
        FaultKind kind,
        Optional<String> route,
        Optional<String> device,
        Optional<String> name,
        OptionalInt next,
        OptionalDouble rate,
        OptionalInt status,
        Optional<String> body,
        OptionalInt delayMs,
        OptionalInt retryAfterSeconds,
        boolean executed) {
    private static final int MAX_DELAY_MS = 3_600_000;

    public Fault {
        if (kind == FaultKind.STATUS && status.isEmpty()) {
            throw new IllegalArgumentException("a status fault needs a status");
        }
        if (kind == FaultKind.SLOW && delayMs.isEmpty()) {
            throw new IllegalArgumentException("a slow fault needs delay_ms");
        }
        if (kind == FaultKind.CONNECTIONS_REFUSED
                && (route.isPresent()
                        || device.isPresent()
                        || name.isPresent()
                        || next.isPresent()
                        || rate.isPresent())) {
            throw new IllegalArgumentException("connections_refused is for all requests, until it is cleared");
        }
        if (status.isPresent() && (status.getAsInt() < 200 || status.getAsInt() > 599)) {
            throw new IllegalArgumentException("status must lie between 200 and 599");
        }
        if (next.isPresent() && next.getAsInt() < 1) {
            throw new IllegalArgumentException("next must be at least 1");
        }
        if (rate.isPresent() && !(rate.getAsDouble() >= 0 && rate.getAsDouble() <= 1)) {
            throw new IllegalArgumentException("rate is a share, 0 to 1");
        }
        if (delayMs.isPresent() && (delayMs.getAsInt() < 0 || delayMs.getAsInt() > MAX_DELAY_MS)) {
            throw new IllegalArgumentException("delay_ms must lie between 0 and " + MAX_DELAY_MS);
        }
    }

    /** A fault for every request until it is cleared; narrow it with the {@code with} methods. */
    public static Fault of(FaultKind kind) {
        return new Fault(
                kind,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                kind == FaultKind.STATUS ? OptionalInt.of(500) : OptionalInt.empty(),
                Optional.empty(),
                kind == FaultKind.SLOW ? OptionalInt.of(1000) : OptionalInt.empty(),
                OptionalInt.empty(),
                kind == FaultKind.BAD_JSON);
    }

    boolean matches(FaultTarget target) {
        return kind != FaultKind.CONNECTIONS_REFUSED
                && route.map(target.route()::equals).orElse(true)
                && device.map(target.device()::equals).orElse(true)
                && name.map(target.name()::equals).orElse(true);
    }
}
