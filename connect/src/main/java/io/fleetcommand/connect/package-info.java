/** A Kafka Connect converter for sinking the topics of flat records into databases and files. */
package io.fleetcommand.connect;
