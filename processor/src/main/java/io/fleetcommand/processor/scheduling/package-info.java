/** Decides which queued request is called next: fair among callers, ordered within a device. */
package io.fleetcommand.processor.scheduling;
