/** Converts records and stored values to bytes and back. Unreadable input becomes a value, not an exception. */
package io.fleetcommand.processor.streams.codec;
