/** The three ways in which the cloud gives tokens. */
package io.fleetcommand.token.cloud;
