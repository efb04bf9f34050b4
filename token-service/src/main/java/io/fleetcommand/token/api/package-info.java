/** The HTTP interface for processors and operators. */
package io.fleetcommand.token.api;
