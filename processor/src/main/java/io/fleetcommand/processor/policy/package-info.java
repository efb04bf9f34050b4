/** The policy file, as operators write it, parsed strictly and reloaded when it changes. */
package io.fleetcommand.processor.policy;
