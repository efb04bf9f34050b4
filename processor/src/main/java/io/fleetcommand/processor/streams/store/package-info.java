/** State stores and what is looked up in them. */
package io.fleetcommand.processor.streams.store;
