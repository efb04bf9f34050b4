/** Looks for secrets where none may be. */
package io.fleetcommand.systemtest.secrets;
