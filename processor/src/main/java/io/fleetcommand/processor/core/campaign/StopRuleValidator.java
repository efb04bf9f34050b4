package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the stop rules of a campaign: each of them must be able to apply, and none may apply to nothing. */
final class StopRuleValidator {
    private static final int MAX_RULES = 20;
    private static final Set<String> STATUSES = names(Arrays.stream(Status.values()));
    private static final Set<String> REASONS = names(Arrays.stream(Reason.values()));

    private final Campaign campaign;
    private final FaultList faults;

    StopRuleValidator(Campaign campaign, FaultList faults) {
        this.campaign = campaign;
        this.faults = faults;
    }

    void check() {
        int count = campaign.stopRules().size();
        faults.require(count <= MAX_RULES, "stop_rules", count + " rules", "at most " + MAX_RULES + " are taken");
        for (int number = 1; number <= count; number++) {
            check("stop_rules[" + number + "]", campaign.stopRules().get(number - 1));
        }
    }

    private void check(String field, StopRule rule) {
        known(field + ".statuses", rule.statuses(), STATUSES);
        known(field + ".reasons", rule.reasons(), REASONS);
        boolean nothing = rule.statuses().isEmpty()
                && rule.reasons().isEmpty()
                && rule.returnBelow().isEmpty()
                && !rule.unexpected()
                && !rule.unreachable();
        if (nothing) {
            faults.add(
                    Reason.MISSING_FIELD,
                    field + " is about nothing; give statuses, reasons, return_below, unexpected or unreachable");
        }
        if (rule.count().isPresent() == rule.sharePercent().isPresent()) {
            faults.require(false, field, rule, "give share_percent or count: one of both");
            return;
        }
        rule.count().ifPresent(most -> {
            faults.require(most >= 1, field + ".count", most, "it must be at least 1, or it would apply at once");
            reachable(field + ".count", most);
        });
        rule.sharePercent().ifPresent(share -> {
            faults.require(
                    share >= 0 && share < 100,
                    field + ".share_percent",
                    share,
                    "it must be at least 0 and below 100: a share above that is never reached");
            faults.require(
                    rule.minimumEnded() >= 1,
                    field + ".minimum_ended",
                    rule.minimumEnded(),
                    "it must be at least 1, or the rule would apply at once");
            reachable(field + ".minimum_ended", rule.minimumEnded());
        });
    }

    /** A rule that needs more devices than there are never applies. */
    private void reachable(String field, int needed) {
        CampaignTarget target = campaign.target();
        long most = target.within(
                target.deviceIds().isEmpty()
                        ? Long.MAX_VALUE
                        : target.deviceIds().size());
        faults.require(
                needed <= most, field, needed, "the target has " + most + " devices, so the rule could never apply");
    }

    private void known(String field, Set<String> given, Set<String> known) {
        for (String name : new TreeSet<>(given)) {
            if (!known.contains(name)) {
                faults.add(
                        Reason.ILLEGAL_NAME,
                        field + " has " + FaultList.quoted(name) + ", which is none of " + String.join(", ", known));
            }
        }
    }

    private static Set<String> names(Stream<? extends Enum<?>> symbols) {
        return symbols.map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
