package io.fleetcommand.cli;

/** A failure whose message has lines of its own, such as the end of a log; of others a line end is made visible. */
public interface MultiLineMessage {}
