package io.fleetcommand.simulator.limits;

/**
 * How far a limit was used.
 *
 * @param worstArrived the most requests that arrived within any window, accepted or refused
 * @param worstAccepted the most requests that were accepted within any window
 * @param now accepted requests within the window that ends now
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
