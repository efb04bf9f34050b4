/** The shell in Kafka Streams: reads records, asks the rulebook, stores what it decides and carries it out. */
package io.fleetcommand.processor.streams;
