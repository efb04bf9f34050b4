/** The shell in Kafka Streams: reads records, asks the rules, stores what they say and does what they want done. */
package io.fleetcommand.processor.streams;
