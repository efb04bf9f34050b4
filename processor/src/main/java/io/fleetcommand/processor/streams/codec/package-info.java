/** Records and stored values to bytes and back. What cannot be read becomes a value, not an exception. */
package io.fleetcommand.processor.streams.codec;
