/**
 * A simulated device cloud for tests and demos: the HTTP API of the product endpoints, a fleet generated from a seed,
 * fault injection, and exact counts of executions. {@link io.fleetcommand.simulator.Main} runs it as a process, {@link
 * io.fleetcommand.simulator.Simulator} embeds it.
 *
 * <p>The path of a request: {@code routes.RequestPipeline} counts it, applies the rate limit of its source and injects
 * a fault; a route checks token, product, scope and device; {@code fleet.Device} decides when the device executes the
 * call and when the cloud responds; the single thread of {@code routes.Timer} does both. No thread blocks on a device.
 */
package io.fleetcommand.simulator;
