package io.fleetcommand.cli.operate;

/** Is told how far long work is. */
@FunctionalInterface
public interface Meter {
    Meter SILENT = (done, total) -> {};

    void show(long done, long total);
}
