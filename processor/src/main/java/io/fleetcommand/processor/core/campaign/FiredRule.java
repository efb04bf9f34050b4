package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import java.util.Objects;

/**
 * The stop rule that applied, with its numbers at that moment.
 *
 * @param number which of the campaign's stop rules, from 1
 * @param rule the rule in words
 * @param matched how many ended children counted
 * @param ended how many children had ended
 */
public record FiredRule(int number, String rule, long matched, long ended, StopAction action, long atMs) {
    public FiredRule {
        Objects.requireNonNull(rule);
        Objects.requireNonNull(action);
    }

    String words() {
        return "stop rule " + number + " (" + rule + ") applied: " + matched + " of " + ended;
    }
}
