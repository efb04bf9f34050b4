/** The rules of rotation: pure functions of state and time, without clock, network or storage. */
package io.fleetcommand.token.rotation;
