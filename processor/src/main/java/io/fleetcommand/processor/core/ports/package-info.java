/** The interfaces between the rules and the scheduler, quota, journal, cloud and reply topics. */
package io.fleetcommand.processor.core.ports;
