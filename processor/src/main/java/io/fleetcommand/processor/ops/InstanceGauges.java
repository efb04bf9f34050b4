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
 * @param quotaUsed calls this instance has sent in the window that ends now
 * @param worstWindow the most calls that any window has held since the start
 * @param tokenVersion 0 without a token
 * @param tokenAge for how long the token has been held here; zero without one
 */
public record InstanceGauges(
        IntSupplier inFlight,
        BooleanSupplier breakerClosed,
        IntSupplier quotaUsed,
        IntSupplier worstWindow,
        LongSupplier tokenVersion,
        Supplier<Duration> tokenAge) {}
