/** Decides which queued request is called next: fairly among requesters, and in order within a device. */
package io.fleetcommand.processor.scheduling;
