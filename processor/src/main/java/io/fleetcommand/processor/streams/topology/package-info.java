/** The topology and its stream thread: what happens to a record between two commits. */
package io.fleetcommand.processor.streams.topology;
