package io.fleetcommand.processor.core.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * The state of one product's inventory. Stored after each page, so that a refresh goes on where it stopped.
 *
 * @param running the refresh under way
 * @param lastPass number of the latest pass that was begun; 0 before the first
 * @param dueAtMs when the next page may be read or, without a refresh under way, when the next one starts
 * @param latest how the latest refresh ended
 * @param listed how the latest refresh ended that read the listing to its end: what the inventory's age is counted from
 */
public record InventoryState(
        String product,
        Optional<InventoryRefresh> running,
        int lastPass,
        long dueAtMs,
        Optional<RefreshResult> latest,
        Optional<RefreshResult> listed) {
    public InventoryState {
        Objects.requireNonNull(product);
        Objects.requireNonNull(running);
        Objects.requireNonNull(latest);
        Objects.requireNonNull(listed);
    }

    /** The state of a product of which nothing is stored: its first refresh is due now. */
    public static InventoryState unknown(String product, long nowMs) {
        return new InventoryState(product, Optional.empty(), 0, nowMs, Optional.empty(), Optional.empty());
    }

    InventoryState running(InventoryRefresh refresh, long nextDueAtMs) {
        return new InventoryState(product, Optional.of(refresh), refresh.pass().number(), nextDueAtMs, latest, listed);
    }

    InventoryState ended(RefreshResult result, long nextDueAtMs) {
        return new InventoryState(
                product,
                Optional.empty(),
                lastPass,
                nextDueAtMs,
                Optional.of(result),
                result.ending().isListed() ? Optional.of(result) : listed);
    }

    InventoryState dueAt(long nextDueAtMs) {
        return new InventoryState(product, running, lastPass, nextDueAtMs, latest, listed);
    }
}
