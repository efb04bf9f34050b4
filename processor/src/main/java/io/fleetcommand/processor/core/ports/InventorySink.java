package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.inventory.ListingStep;

/** Keeps the inventories of products. */
@FunctionalInterface
public interface InventorySink {
    /**
     * Executes the effects of a step, in order, and then stores its state. Called on the refresher's thread, for one
     * product one step after the other. If the process dies within it, the refresh goes on from the state that was
     * stored last, and the same effects come again.
     *
     * @throws RuntimeException if the step cannot be stored now: its page is read again later
     */
    void accept(ListingStep step);
}
