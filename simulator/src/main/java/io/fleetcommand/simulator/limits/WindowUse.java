package io.fleetcommand.simulator.limits;

/**
 * The use of a limit.
 *
 * @param worstArrived maximum requests that arrived within any window, accepted or refused
 * @param worstAccepted maximum requests that were accepted within any window
 * @param now accepted requests within the current window
 */
public record WindowUse(int worstArrived, int worstAccepted, int now) {
    static final WindowUse NONE = new WindowUse(0, 0, 0);

    WindowUse worse(WindowUse other) {
        return new WindowUse(
                Math.max(worstArrived, other.worstArrived),
                Math.max(worstAccepted, other.worstAccepted),
                Math.max(now, other.now));
    }
}
