/** Where the state is kept, always encrypted: in a topic for replicas, or in a file for one. */
package io.fleetcommand.token.state;
