/** The state stores of a task and the look-ups in them. */
package io.fleetcommand.processor.streams.store;
