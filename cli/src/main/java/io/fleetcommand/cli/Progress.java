package io.fleetcommand.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/** How far long work is: a bar that is redrawn on a terminal, a line every five seconds elsewhere. */
public final class Progress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int WIDTH = 30;

    private final PrintWriter out;
    private final String what;
    private final boolean terminal = Ansi.AUTO.enabled();
    private long lastNanos = System.nanoTime();
    private boolean drawn;

    /** @param what is done, as in "12 of 40 answered" */
    public Progress(PrintWriter out, String what) {
        this.out = out;
        this.what = what;
    }

    /** Cheap enough to be called for every step. */
    public void show(long done, long total) {
        long nowNanos = System.nanoTime();
        if (nowNanos - lastNanos < (terminal ? REDRAW_NANOS : EVERY_NANOS)) {
            return;
        }
        lastNanos = nowNanos;
        if (terminal) {
            drawn = true;
            out.print("\r" + bar(done, total) + " " + words(done, total));
        } else {
            out.println(words(done, total));
        }
        out.flush();
    }

    /** Takes the bar away. */
    public void end() {
        if (drawn) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }

    static String bar(long done, long total) {
        int filled = total <= 0 ? WIDTH : (int) Math.min(WIDTH, done * WIDTH / total);
        return "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "]";
    }

    private String words(long done, long total) {
        return done + " of " + total + " " + what;
    }
}
