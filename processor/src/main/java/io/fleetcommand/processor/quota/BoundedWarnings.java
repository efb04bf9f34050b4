package io.fleetcommand.processor.quota;

import java.util.function.Consumer;

/**
 * Rate-limits warnings that anyone who can write to the topic can provoke: at most one in ten seconds, on one line and
 * of bounded length. Confined to one thread.
 */
final class BoundedWarnings {
    private static final long MIN_INTERVAL_MS = 10_000;
    private static final int MAX_CHARS = 500;

    private final Consumer<String> log;
    private boolean isFirst = true;
    private long lastMs;
    private long suppressed;

    BoundedWarnings(Consumer<String> log) {
        this.log = log;
    }

    void warn(String what, long nowMs) {
        if (!isFirst && Math.abs(nowMs - lastMs) < MIN_INTERVAL_MS) {
            suppressed++;
            return;
        }
        log.accept(printable(what)
                + (suppressed > 0 ? " (" + suppressed + " earlier warnings of this kind were suppressed)" : ""));
        isFirst = false;
        lastMs = nowMs;
        suppressed = 0;
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(MAX_CHARS, text.length())).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }
}
