/** Callers' own reply topics: which may be named, and the relay that brings copies of results there. */
package io.fleetcommand.processor.replies;
