/** The one token, as the token-service hands it out: held in memory only. */
package io.fleetcommand.processor.token;
