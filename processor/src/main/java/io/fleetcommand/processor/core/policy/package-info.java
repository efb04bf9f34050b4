/** Who may ask for what: the decision about one request. */
package io.fleetcommand.processor.core.policy;
