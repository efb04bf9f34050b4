/** The device cloud over HTTP: one call for each attempt, never repeated, and every ending an outcome. */
package io.fleetcommand.processor.cloud;
