/** Topics and rights as files, and what it takes to make a cluster agree with them. */
package io.fleetcommand.operations.topics;
