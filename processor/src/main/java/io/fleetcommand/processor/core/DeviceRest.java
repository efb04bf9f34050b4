package io.fleetcommand.processor.core;

/**
 * How a device that did not answer is left alone: nothing of it is called before the rest is over, and then one call
 * tries it. Each failure makes the next rest longer, until the device answers.
 *
 * @param failures how many calls, each after a rest, it has not answered
 * @param untilMs when the rest is over
 */
public record DeviceRest(int failures, long untilMs) {
    static final DeviceRest NONE = new DeviceRest(0, 0);

    /** Another call was not answered; a second one that was under way by then says nothing new. */
    DeviceRest longer(Backoff backoff, double chance, long nowMs) {
        return nowMs < untilMs ? this : new DeviceRest(failures + 1, nowMs + backoff.delayMs(failures + 1, chance));
    }
}
