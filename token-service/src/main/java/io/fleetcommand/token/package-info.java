/**
 * The token-service: it alone holds the client secret, issues the access token and rotates it before it expires.
 */
package io.fleetcommand.token;
