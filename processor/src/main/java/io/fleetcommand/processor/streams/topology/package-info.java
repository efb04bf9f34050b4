/** The topology and the processing of records on its stream threads, between two commits. */
package io.fleetcommand.processor.streams.topology;
