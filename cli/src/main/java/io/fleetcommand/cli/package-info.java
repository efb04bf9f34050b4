/** The command line, {@code ./fleet}. */
package io.fleetcommand.cli;
