package io.fleetcommand.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** How far a run is: a line that is rewritten on a terminal, a line every five seconds elsewhere. */
final class Progress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PrintWriter out;
    private final int total;
    private final boolean terminal = System.console() != null;
    private long lastNanos = System.nanoTime();

    Progress(PrintWriter out, int total) {
        this.out = out;
        this.total = total;
    }

    void show(long done) {
        long nowNanos = System.nanoTime();
        if (terminal) {
            out.printf("\r%d of %d answered", done, total);
        } else if (nowNanos - lastNanos >= EVERY_NANOS) {
            lastNanos = nowNanos;
            out.printf("%d of %d answered%n", done, total);
        }
        out.flush();
    }

    void end() {
        if (terminal) {
            out.println();
        }
    }
}
