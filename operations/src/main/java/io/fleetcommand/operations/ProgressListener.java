package io.fleetcommand.operations;

/** Is told how far long work is. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener SILENT = (done, total) -> {};

    void show(long done, long total);
}
