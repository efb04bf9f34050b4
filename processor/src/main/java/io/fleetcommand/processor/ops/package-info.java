/** Health, status, metrics and tracing of an instance. */
package io.fleetcommand.processor.ops;
