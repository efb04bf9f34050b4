package io.fleetcommand.simulator.fleet;

import io.fleetcommand.simulator.timing.Latency;
import java.time.Duration;

/**
 * The timing of devices. Immutable.
 *
 * @param latency time from request to response of an idle, awake device, which is busy all the time
 * @param deviceTimeout how long the cloud waits for a device before it responds with 408
 * @param wake additional latency of a sleeping device
 * @param flakyRate fraction of its calls that a flaky device loses, half of them before and half after execution
 */
public record Timing(Latency latency, Duration deviceTimeout, Duration wake, double flakyRate) {
    /** A device falls asleep after this time without a call. */
    static final Duration AWAKE = Duration.ofSeconds(60);

    public static final Timing DEFAULT = new Timing(
            new Latency(Duration.ofMillis(150), Duration.ofMillis(50)),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            0.3);

    public Timing {
        if (deviceTimeout.isNegative() || deviceTimeout.isZero() || wake.isNegative()) {
            throw new IllegalArgumentException(
                    "the device time-out must be more than zero, the time to wake a device not negative");
        }
        if (flakyRate < 0 || flakyRate > 1) {
            throw new IllegalArgumentException("the flaky rate is a share, 0 to 1, not " + flakyRate);
        }
    }

    public Timing withLatency(Latency latency) {
        return new Timing(latency, deviceTimeout, wake, flakyRate);
    }

    public Timing withDeviceTimeout(Duration deviceTimeout) {
        return new Timing(latency, deviceTimeout, wake, flakyRate);
    }

    public Timing withWake(Duration wake) {
        return new Timing(latency, deviceTimeout, wake, flakyRate);
    }

    public Timing withFlakyRate(double flakyRate) {
        return new Timing(latency, deviceTimeout, wake, flakyRate);
    }
}
