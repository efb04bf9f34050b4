package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What other parts of the instance say of themselves, asked anew each time, by any thread.
 *
 * @param inFlight calls under way
 * @param breakerClosed whether calls go through; if not, the cloud fails and is left alone
 * @param tokenVersion 0 without a token
 * @param tokenAge for how long the token has been held here; zero without one
 */
public record Readings(
        IntSupplier inFlight, BooleanSupplier breakerClosed, LongSupplier tokenVersion, Supplier<Duration> tokenAge) {}
