/** The system under deliberate failure, and whether it kept its promises. */
package io.fleetcommand.systemtest.chaos;
