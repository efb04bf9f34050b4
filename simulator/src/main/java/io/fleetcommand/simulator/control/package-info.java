/** The control API: what ran, what goes wrong, and how single devices are. On a port of its own, for testers. */
package io.fleetcommand.simulator.control;
