/** The whole system on one machine: every part a process of its own, started, killed and watched from here. */
package io.fleetcommand.stack;
