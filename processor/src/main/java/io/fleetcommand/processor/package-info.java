/** The processor as a process: its settings, and how its parts are joined. */
package io.fleetcommand.processor;
