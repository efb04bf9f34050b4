/** The rotator, which executes the decisions of {@code rotation}, and the interfaces to the cloud and the storage. */
package io.fleetcommand.token.rotator;
