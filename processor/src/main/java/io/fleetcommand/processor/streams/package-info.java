/**
 * The Kafka Streams shell around the core: reads records, asks the ledger for decisions, stores the new state and
 * executes the effects.
 */
package io.fleetcommand.processor.streams;
