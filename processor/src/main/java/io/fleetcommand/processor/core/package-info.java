/**
 * The rulebook, in pure Java: no clock, no thread, no Kafka, no HTTP. {@code request} says what is asked for, {@code policy}
 * who may ask for it, {@code ledger} what becomes of it; {@code ports} are what the rules need of the outside. Each may use
 * those before it. All other packages depend on this one, and not on each other.
 */
package io.fleetcommand.processor.core;
