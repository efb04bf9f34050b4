/** The commands {@code demo} and {@code up}. */
package io.fleetcommand.stack.command;
