/** The processor as a process: its settings and wiring. */
package io.fleetcommand.processor;
