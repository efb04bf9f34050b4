/** A client of the control API, for tests and measurements. */
package io.fleetcommand.simulator.client;
