package io.fleetcommand.processor.core.inventory;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A refresh under way: passes over the listing until one confirms the one before it.
 *
 * @param firstPass number of its first pass
 * @param pass the pass under way
 * @param previous the pass before it, if this refresh has made one
 * @param total devices of the product, as the latest page said
 * @param failures how many requests have failed in a row
 * @param trouble why the latest of them failed; empty if none did
 * @param requestedAgain whether it was requested again since it started: another one follows
 */
public record InventoryRefresh(
        long startedAtMs,
        int firstPass,
        InventoryPass pass,
        Optional<InventoryPass> previous,
        OptionalLong total,
        int failures,
        String trouble,
        boolean requestedAgain) {
    public InventoryRefresh {
        Objects.requireNonNull(pass);
        Objects.requireNonNull(previous);
        Objects.requireNonNull(total);
        Objects.requireNonNull(trouble);
    }

    static InventoryRefresh start(int passNumber, long nowMs) {
        return new InventoryRefresh(
                nowMs,
                passNumber,
                InventoryPass.start(passNumber),
                Optional.empty(),
                OptionalLong.empty(),
                0,
                "",
                false);
    }

    /** How many passes it has begun. */
    public int passes() {
        return pass.number() - firstPass + 1;
    }

    /** @param saidTotal devices of the product, if the page said so */
    InventoryRefresh with(InventoryPass read, OptionalLong saidTotal) {
        OptionalLong latestTotal = saidTotal.isPresent() ? saidTotal : total;
        return new InventoryRefresh(startedAtMs, firstPass, read, previous, latestTotal, 0, "", requestedAgain);
    }

    InventoryRefresh withNextPass() {
        return new InventoryRefresh(
                startedAtMs,
                firstPass,
                InventoryPass.start(pass.number() + 1),
                Optional.of(pass),
                total,
                0,
                "",
                requestedAgain);
    }

    InventoryRefresh failed(String why) {
        return new InventoryRefresh(startedAtMs, firstPass, pass, previous, total, failures + 1, why, requestedAgain);
    }

    InventoryRefresh again() {
        return new InventoryRefresh(startedAtMs, firstPass, pass, previous, total, failures, trouble, true);
    }
}
