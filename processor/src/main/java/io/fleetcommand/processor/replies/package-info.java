/** Callers' own reply topics: which are allowed, and the relay that delivers copies of results to them. */
package io.fleetcommand.processor.replies;
