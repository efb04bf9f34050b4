/** Access to the cluster: clients as all commands need them. */
package io.fleetcommand.operations.kafka;
