package io.fleetcommand.processor.quota;

/**
 * A partition that joined this instance and whose share does not count yet.
 *
 * @param atNanos when it joined; a partition that left and came back has a new time
 */
record JoinedPartition(int partition, long atNanos) {}
