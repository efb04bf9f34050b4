/** The interfaces through which the rules meet scheduler, quota, journal, cloud and replies. */
package io.fleetcommand.processor.core.ports;
