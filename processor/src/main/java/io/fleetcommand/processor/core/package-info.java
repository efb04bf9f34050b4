/**
 * The rules, in pure Java: no clock, no thread, no Kafka, no HTTP. {@code request} defines what is asked for,
 * {@code policy} who may ask for it, {@code ledger} the life of a request; {@code ports} are the interfaces to the
 * outside. Each package may use the ones before it. All other packages depend on this one, and not on each other.
 */
package io.fleetcommand.processor.core;
