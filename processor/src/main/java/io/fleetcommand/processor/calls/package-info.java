/** Whose turn it is, at what pace, and the making of calls. */
package io.fleetcommand.processor.calls;
