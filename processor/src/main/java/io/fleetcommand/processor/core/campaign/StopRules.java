package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stop rules of one campaign. They look at the totals of the whole campaign, never at a part of it. */
final class StopRules {
    private final List<StopRule> rules;
    private final CampaignExpectation expected;

    StopRules(List<StopRule> rules, CampaignExpectation expected) {
        this.rules = List.copyOf(rules);
        this.expected = expected;
    }

    StopTally none() {
        return StopTally.of(rules.size());
    }

    /** Counts a child that ended, for every rule that it concerns. */
    StopTally counting(StopTally tally, ChildEnd end) {
        List<Long> matched = new ArrayList<>();
        for (int rule = 0; rule < rules.size(); rule++) {
            boolean counts = rules.get(rule).counts(end, expected);
            matched.add(tally.matched().get(rule) + (counts ? 1 : 0));
        }
        return new StopTally(matched, tally.notBelow(), tally.fired());
    }

    /** The rule that applies to these totals, if any; one that ends the campaign goes before one that pauses it. */
    Optional<FiredRule> applying(StopTally tally, long ended, long nowMs) {
        return applying(tally, ended, nowMs, StopAction.ABORT)
                .or(() -> applying(tally, ended, nowMs, StopAction.PAUSE));
    }

    private Optional<FiredRule> applying(StopTally tally, long ended, long nowMs, StopAction action) {
        for (int number = 0; number < rules.size(); number++) {
            StopRule rule = rules.get(number);
            long matched = tally.matched().get(number);
            if (rule.action() == action && matched >= tally.notBelow().get(number) && rule.applies(matched, ended)) {
                return Optional.of(new FiredRule(number + 1, rule.words(), matched, ended, action, nowMs));
            }
        }
        return Optional.empty();
    }

    /**
     * A person has seen that rules apply and resumes: each rule that applies now does so again only after as many
     * further children as it needs at the least.
     */
    StopTally acknowledged(StopTally tally, long ended) {
        List<Long> notBelow = new ArrayList<>(tally.notBelow());
        for (int number = 0; number < rules.size(); number++) {
            StopRule rule = rules.get(number);
            long matched = tally.matched().get(number);
            if (rule.applies(matched, ended)) {
                notBelow.set(number, matched + rule.fewest());
            }
        }
        return new StopTally(tally.matched(), notBelow, tally.fired());
    }
}
