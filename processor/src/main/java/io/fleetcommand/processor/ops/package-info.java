/** What operations staff and their tools see of an instance. */
package io.fleetcommand.processor.ops;
