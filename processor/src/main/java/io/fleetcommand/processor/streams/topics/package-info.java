/** The topics of the processor: names, partition counts and creation. */
package io.fleetcommand.processor.streams.topics;
