package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gauges of other parts of the instance, read on each request. Thread-safe.
 *
 * @param inFlight calls in flight
 * @param breakerClosed whether the circuit breaker is closed
 * @param quotaUsed calls that this instance has sent in the current quota window
 * @param worstWindow maximum number of calls in any quota window since the start
 * @param tokenVersion version of the token; 0 without one
 * @param tokenAge how long this instance has held the token; zero without one
 */
public record InstanceGauges(
        IntSupplier inFlight,
        BooleanSupplier breakerClosed,
        IntSupplier quotaUsed,
        IntSupplier worstWindow,
        LongSupplier tokenVersion,
        Supplier<Duration> tokenAge) {}
