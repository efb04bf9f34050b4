/**
 * Checks of an installation, one by one: what is wrong, and what to do. Knows nothing of the terminal: who prints the
 * findings, or serves them, is another matter.
 */
package io.fleetcommand.operations.doctor;
