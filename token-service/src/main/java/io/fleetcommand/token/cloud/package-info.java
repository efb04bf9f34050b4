/** The three sources of tokens: OAuth client credentials, API users, and a token file. */
package io.fleetcommand.token.cloud;
