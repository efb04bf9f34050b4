/**
 * A device cloud for tests and demos: the HTTP contract of the product endpoints, a fleet of devices made from a seed,
 * faults on demand, and exact counts of what ran. {@link io.fleetcommand.simulator.Main} runs it as a process, {@link
 * io.fleetcommand.simulator.Simulator} within one.
 *
 * <p>One request's way: {@code routes.Gate} counts it, checks its source's limit and lets a fault strike; a route checks
 * token, product, scope and device; {@code fleet.Device} says when the device runs it and when the cloud answers; the
 * one thread of {@code routes.Timer} carries both out. No thread waits for a device.
 */
package io.fleetcommand.simulator;
