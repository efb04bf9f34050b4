/** The policy file: parsed strictly, and reloaded when it changes. */
package io.fleetcommand.processor.policy;
