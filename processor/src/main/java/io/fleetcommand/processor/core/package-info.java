/**
 * The rules: what a request, an attempt and an outcome are, and what is to be done about each piece of news. Pure code:
 * no clock, no thread, no Kafka, no HTTP; the other packages depend on this one and not on each other.
 */
package io.fleetcommand.processor.core;
