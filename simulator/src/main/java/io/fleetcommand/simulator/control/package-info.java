/** The control API for tests, on its own port: executions, faults, and the conditions of single devices. */
package io.fleetcommand.simulator.control;
