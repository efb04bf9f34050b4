package io.fleetcommand.processor.core.ledger;

/**
 * The back-off of a device whose calls fail: no request of it is called before the back-off is over, and then one call
 * probes it. Each failure makes the next back-off longer, until the device answers.
 *
 * @param failures how many calls in a row failed, not counting those during a back-off
 * @param untilMs when the back-off is over
 */
public record DeviceBackoff(int failures, long untilMs) {
    static final DeviceBackoff NONE = new DeviceBackoff(0, 0);

    /**
     * Returns the back-off after another failed call; the failure of a call that was in flight already changes nothing.
     */
    DeviceBackoff longer(RetryDelay backoff, double random, long nowMs) {
        return nowMs < untilMs ? this : new DeviceBackoff(failures + 1, nowMs + backoff.delayMs(failures + 1, random));
    }
}
