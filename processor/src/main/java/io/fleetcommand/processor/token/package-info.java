/** The access token as supplied by the token-service: held in memory only. */
package io.fleetcommand.processor.token;
