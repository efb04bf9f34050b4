/** How the instances of the processor stand, asked of each and put together. */
package io.fleetcommand.operations.status;
