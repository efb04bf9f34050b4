package io.fleetcommand.cli.chaos;

import io.fleetcommand.cli.stack.LocalStack;
import java.util.concurrent.TimeUnit;

/** What an operator does: one instance after the other is restarted in order, and the next only when that one is ready. */
final class RollingRestarts implements Trouble {
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final LocalStack stack;
    private final int processors;
    private Deeds deeds = Deeds.NONE;
    private long nextNanos;

    RollingRestarts(LocalStack stack, int processors, long nowNanos) {
        this.stack = stack;
        this.processors = processors;
        this.nextNanos = nowNanos + REST_NANOS;
    }

    @Override
    public void stir(long nowNanos) {
        if (nowNanos >= nextNanos) {
            int number = 1 + deeds.gracefulRestarts() % processors;
            stack.terminateProcessor(number);
            stack.startProcessor(number);
            stack.awaitProcessor(number);
            deeds = deeds.gracefulRestart();
            nextNanos = System.nanoTime() + REST_NANOS;
        }
    }

    @Override
    public void end() {
        // Every restart was waited for.
    }

    @Override
    public Deeds deeds() {
        return deeds;
    }
}
