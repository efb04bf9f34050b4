/** Writing to the journal. Reading it is the stream's business. */
package io.fleetcommand.processor.journal;
