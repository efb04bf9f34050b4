/** A known load, what came back for it, and whether the system kept its promises. */
package io.fleetcommand.stack.load;
