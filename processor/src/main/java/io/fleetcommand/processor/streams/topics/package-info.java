/** The topics that the processor needs: their names, counts and creation. */
package io.fleetcommand.processor.streams.topics;
