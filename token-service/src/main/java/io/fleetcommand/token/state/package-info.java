/** Stores of the encrypted state: a Kafka topic for any number of replicas, or a file for a single one. */
package io.fleetcommand.token.state;
