/** The device cloud over HTTP: one call per attempt, never retried here, with every result mapped to an outcome. */
package io.fleetcommand.processor.cloud;
