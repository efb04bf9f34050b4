/** Refreshing a product's inventory: from pages of the cloud's device listing, which moves while it is read. */
package io.fleetcommand.processor.core.inventory;
