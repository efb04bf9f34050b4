/** Decides whether a request is allowed. */
package io.fleetcommand.processor.core.policy;
