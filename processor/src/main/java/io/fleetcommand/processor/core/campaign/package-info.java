/** One request for many devices: how a campaign is judged, released by its ramp, counted and stopped. */
package io.fleetcommand.processor.core.campaign;
