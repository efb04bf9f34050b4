package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What other parts of the instance say of themselves, asked anew each time, by any thread.
 *
 * @param inFlight calls under way
 * @param tokenVersion 0 without a token
 * @param tokenAge for how long the token has been held here; zero without one
 */
public record Readings(IntSupplier inFlight, LongSupplier tokenVersion, Supplier<Duration> tokenAge) {}
