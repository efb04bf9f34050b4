/** Where the stacks are that run on this machine. */
package io.fleetcommand.operations.stack;
