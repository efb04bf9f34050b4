package io.fleetcommand.processor.core.ledger;

/**
 * The back-off of a device whose calls fail: nothing of it is called before it is over, and then one call probes it.
 * Each failure makes the next one longer, until the device answers.
 *
 * @param failures how many calls failed, each after a back-off
 * @param untilMs when the rest is over
 */
public record DeviceBackoff(int failures, long untilMs) {
    static final DeviceBackoff NONE = new DeviceBackoff(0, 0);

    /** Another call failed; a second one that was under way by then says nothing new. */
    DeviceBackoff longer(Backoff backoff, double random, long nowMs) {
        return nowMs < untilMs ? this : new DeviceBackoff(failures + 1, nowMs + backoff.delayMs(failures + 1, random));
    }
}
