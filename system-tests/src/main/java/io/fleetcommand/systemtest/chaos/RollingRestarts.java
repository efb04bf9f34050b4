package io.fleetcommand.systemtest.chaos;

import io.fleetcommand.stack.LocalStack;
import java.util.concurrent.TimeUnit;

/**
 * What an operator does: one instance after the other is restarted in order, and the next only when that one is ready.
 * Requests are published all the while.
 */
final class RollingRestarts implements FaultInjector {
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private enum Stage {
        RESTING,
        STOPPING,
        STARTING
    }

    private final LocalStack stack;
    private final int processors;
    private Deeds deeds = Deeds.NONE;
    private Stage stage = Stage.RESTING;
    private long sinceNanos;

    RollingRestarts(LocalStack stack, int processors, long nowNanos) {
        this.stack = stack;
        this.processors = processors;
        this.sinceNanos = nowNanos;
    }

    @Override
    public void stir(long nowNanos) {
        int number = 1 + deeds.gracefulRestarts() % processors;
        if (stage == Stage.RESTING && nowNanos - sinceNanos >= REST_NANOS) {
            stack.processors().stop(number);
            enter(Stage.STOPPING, nowNanos);
        } else if (stage == Stage.STOPPING && !stack.processors().isAlive(number)) {
            stack.processors().start(number);
            enter(Stage.STARTING, nowNanos);
        } else if (stage == Stage.STARTING && stack.processors().isReady(number)) {
            deeds = deeds.gracefulRestart();
            enter(Stage.RESTING, nowNanos);
        } else if (stage != Stage.RESTING && nowNanos - sinceNanos >= PATIENCE_NANOS) {
            throw new IllegalStateException("processor " + number + " has been " + stage + " for "
                    + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
        }
    }

    private void enter(Stage next, long nowNanos) {
        stage = next;
        sinceNanos = nowNanos;
    }

    /** The restart under way comes to its end; no further one begins. */
    @Override
    public void end() {
        int number = 1 + deeds.gracefulRestarts() % processors;
        if (stage == Stage.STOPPING) {
            stack.processors().terminate(number);
            stack.processors().start(number);
        }
        if (stage != Stage.RESTING) {
            stack.processors().await(number);
            deeds = deeds.gracefulRestart();
            stage = Stage.RESTING;
        }
    }

    @Override
    public Deeds deeds() {
        return deeds;
    }
}
