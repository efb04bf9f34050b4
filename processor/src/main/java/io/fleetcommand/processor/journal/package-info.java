/** Writes the journal. It is read by the stream. */
package io.fleetcommand.processor.journal;
