/**
 * The keeper of the one access token: it alone holds the client secret, mints the token and renews it before it ends.
 */
package io.fleetcommand.token;
