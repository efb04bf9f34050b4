package io.fleetcommand.processor.core.campaign;

import java.util.OptionalLong;

/**
 * When a campaign is expected to be through.
 *
 * @param onlineByMs when the last device has its child, and those that are online were called; empty where it cannot be
 *     told
 * @param restByMs when all the others will have ended at the latest; empty where it cannot be told
 */
public record ExpectedEnd(OptionalLong onlineByMs, OptionalLong restByMs) {
    static final ExpectedEnd UNKNOWN = new ExpectedEnd(OptionalLong.empty(), OptionalLong.empty());

    /** Bounds how many openings of windows a forecast looks at. */
    private static final int MAX_OPENINGS = 1_000;

    /**
     * Adds up the time in which the windows are open.
     *
     * @param fromMs when the ramp can run at the earliest
     * @param neededMs for how long it must run
     * @param childTtlMs how long a child has after its release
     * @param endsAtMs when the campaign ends at the latest
     */
    static ExpectedEnd of(
            long fromMs, double neededMs, long childTtlMs, MaintenanceWindows windows, OptionalLong endsAtMs) {
        double leftMs = neededMs;
        OptionalLong opening = windows.nextOpening(fromMs);
        for (int openings = 0; openings < MAX_OPENINGS && opening.isPresent(); openings++) {
            long openMs = opening.getAsLong();
            OptionalLong closing = windows.nextClosing(openMs);
            if (closing.isEmpty() || closing.getAsLong() - openMs >= leftMs) {
                return by(openMs + leftMs, childTtlMs, endsAtMs);
            }
            leftMs -= closing.getAsLong() - openMs;
            opening = windows.nextOpening(closing.getAsLong());
        }
        return endsAtMs.isPresent() ? by(Double.MAX_VALUE, childTtlMs, endsAtMs) : UNKNOWN;
    }

    /** The last release, at which the campaign's end cuts it off. */
    private static ExpectedEnd by(double lastReleaseMs, long childTtlMs, OptionalLong endsAtMs) {
        double cutMs = Math.min(lastReleaseMs, endsAtMs.orElse(Long.MAX_VALUE));
        return cutMs + childTtlMs >= Long.MAX_VALUE
                ? UNKNOWN
                : new ExpectedEnd(OptionalLong.of((long) cutMs), OptionalLong.of((long) cutMs + childTtlMs));
    }
}
