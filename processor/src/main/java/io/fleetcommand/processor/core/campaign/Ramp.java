package io.fleetcommand.processor.core.campaign;

import java.util.OptionalLong;

/**
 * The plan by which devices are released: a rate, which grows each minute or with each number of successes up to a
 * bound. Credit for devices accrues while the ramp runs. At most the credit of {@link #LOOK_AHEAD_MS} and one device is
 * kept, and no more accrues at once: neither a pause, nor a task that stood still, nor a clock that jumps makes a
 * burst, and the releases of a minute stay within 5 % of the plan.
 */
final class Ramp {
    /** How much time one step may release for. The ramp must be asked more often than this, or it falls behind. */
    static final long LOOK_AHEAD_MS = 2_000;

    private static final double MINUTE_MS = 60_000;
    /** Bounds the steps of a forecast; the last rate holds for what is beyond. */
    private static final int MAX_FORECAST_STEPS = 10_000;

    private final CampaignRollout rollout;

    Ramp(CampaignRollout rollout) {
        this.rollout = rollout;
    }

    /** @param successes children that succeeded so far */
    double perMinute(RampState state, long successes) {
        return perMinute(state, state.runMs(), successes);
    }

    private double perMinute(RampState state, long runMs, long successes) {
        if (state.fixedPerMinute().isPresent()) {
            return state.fixedPerMinute().getAsDouble();
        }
        double steps = rollout.raiseAfterSuccesses() > 0
                ? successes / rollout.raiseAfterSuccesses()
                : Math.floor(runMs / MINUTE_MS);
        double grown = rollout.startPerMinute() * Math.pow(rollout.factor(), steps);
        return Math.min(grown, rollout.peakPerMinute());
    }

    /** Gives credit for the time since it was last given. The first time only starts the clock. */
    RampState credited(RampState state, long nowMs, long successes) {
        long elapsedMs = nowMs - state.creditedToMs().orElse(nowMs);
        // A clock that was set back gives nothing, and one that was set forward no more than the look-ahead.
        long stepMs = Math.max(0, Math.min(elapsedMs, LOOK_AHEAD_MS));
        double credit = state.credit();
        long runMs = state.runMs();
        while (stepMs > 0) {
            long toNextMinuteMs = (long) MINUTE_MS - runMs % (long) MINUTE_MS;
            long partMs = Math.min(stepMs, toNextMinuteMs);
            credit += perMinute(state, runMs, successes) * partMs / MINUTE_MS;
            runMs += partMs;
            stepMs -= partMs;
        }
        // Beside the fraction of the next device, which slow ramps save up over many steps.
        double most = 1 + perMinute(state, runMs, successes) * LOOK_AHEAD_MS / MINUTE_MS;
        return new RampState(Math.min(most, credit), runMs, OptionalLong.of(nowMs), state.fixedPerMinute());
    }

    /**
     * For how long the ramp must run to release so many further devices.
     *
     * @param callsPerMinute what the quota allows
     */
    double forecastMs(RampState state, long devices, long successes, double callsPerMinute) {
        double left = devices - state.credit();
        double neededMs = 0;
        double runMs = state.runMs();
        double expectedSuccesses = successes;
        for (int step = 0; left > 0 && step < MAX_FORECAST_STEPS; step++) {
            double rate = Math.min(callsPerMinute, perMinute(state, (long) runMs, (long) expectedSuccesses));
            double stepMs = rollout.raiseAfterSuccesses() > 0
                    ? rollout.raiseAfterSuccesses() / rate * MINUTE_MS
                    : MINUTE_MS - runMs % MINUTE_MS;
            boolean grows =
                    state.fixedPerMinute().isEmpty() && rate < Math.min(callsPerMinute, rollout.peakPerMinute());
            double partMs = !grows || step == MAX_FORECAST_STEPS - 1
                    ? left / rate * MINUTE_MS
                    : Math.min(stepMs, left / rate * MINUTE_MS);
            neededMs += partMs;
            runMs += partMs;
            left -= rate * partMs / MINUTE_MS;
            expectedSuccesses += rate * partMs / MINUTE_MS;
        }
        return neededMs;
    }
}
