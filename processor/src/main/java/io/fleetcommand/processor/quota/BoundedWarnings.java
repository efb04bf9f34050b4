package io.fleetcommand.processor.quota;

import java.util.function.Consumer;

/**
 * Warnings that anybody can cause by what he writes: at most one in ten seconds, on one line, and short. Confined to one
 * thread.
 */
final class BoundedWarnings {
    private static final long PAUSE_MS = 10_000;
    private static final int MAX_CHARS = 500;

    private final Consumer<String> log;
    private boolean isFirst = true;
    private long lastMs;
    private long leftOut;

    BoundedWarnings(Consumer<String> log) {
        this.log = log;
    }

    void warn(String what, long nowMs) {
        if (!isFirst && Math.abs(nowMs - lastMs) < PAUSE_MS) {
            leftOut++;
            return;
        }
        log.accept(
                visible(what) + (leftOut > 0 ? " (" + leftOut + " warnings of this kind before were left out)" : ""));
        isFirst = false;
        lastMs = nowMs;
        leftOut = 0;
    }

    private static String visible(String text) {
        return text.substring(0, Math.min(MAX_CHARS, text.length())).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }
}
