/** The rules of rotation: no clock, no network, no storage. */
package io.fleetcommand.token.rotation;
