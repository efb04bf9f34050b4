/** Measurements of the whole system on this machine. */
package io.fleetcommand.systemtest.bench;
