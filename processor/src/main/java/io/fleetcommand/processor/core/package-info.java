/**
 * The rules, in pure Java: no clock, no thread, no Kafka, no HTTP. {@code request} defines what is asked for,
 * {@code policy} who may ask for it, {@code campaign} one request for many devices, {@code ledger} the life of a
 * request, {@code inventory} how a product's devices are listed; {@code ports} are the interfaces to the outside. Each
 * package may use the ones before it, but for {@code ledger}, {@code inventory} and {@code ports}, which know of no
 * campaigns. All other packages depend on this one, and not on each other.
 */
package io.fleetcommand.processor.core;
