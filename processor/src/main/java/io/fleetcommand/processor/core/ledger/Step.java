package io.fleetcommand.processor.core.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows from a request, a journal event or a timer.
 *
 * @param next the entry to store; empty to store none
 * @param effects the effects to execute, in order
 */
public record Step(Optional<LedgerEntry> next, List<Effect> effects) {
    public Step {
        effects = List.copyOf(effects);
    }

    static Step of(LedgerEntry next, Effect... effects) {
        return new Step(Optional.of(next), List.of(effects));
    }

    Step and(Effect more) {
        List<Effect> all = new ArrayList<>(effects);
        all.add(more);
        return new Step(next, all);
    }

    static Step unchanged(Optional<LedgerEntry> entry, Effect... effects) {
        return new Step(entry, List.of(effects));
    }
}
