/** What Kafka Connect needs to feed the topics of flat records into databases and files. */
package io.fleetcommand.connect;
