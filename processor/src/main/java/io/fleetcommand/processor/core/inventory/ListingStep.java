package io.fleetcommand.processor.core.inventory;

import java.util.List;
import java.util.Objects;

/**
 * What follows from the outcome of one page.
 *
 * @param state the state to store, once the effects are executed
 * @param effects the effects to execute, in order
 */
public record ListingStep(InventoryState state, List<ListingEffect> effects) {
    public ListingStep {
        Objects.requireNonNull(state);
        effects = List.copyOf(effects);
    }
}
