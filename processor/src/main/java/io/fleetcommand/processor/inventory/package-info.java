/** Refreshes the inventories of products, page by page, within the quota. */
package io.fleetcommand.processor.inventory;
