package io.fleetcommand.processor.quota;

/**
 * A partition that joined this instance, and does not count yet.
 *
 * @param atNanos when it joined: one that left and came back has joined anew
 */
record JoinedPartition(int partition, long atNanos) {}
