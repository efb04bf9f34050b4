package io.fleetcommand.processor.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may command what. Kafka says who may write to a topic; these rules say what may be asked for through it. What no
 * rule allows is denied. All patterns must match the whole text.
 *
 * @param rules tried in their order; the first that allows decides, and none forbids
 */
public record AccessRules(List<Rule> rules) {
    /** Denies everything. */
    public static final AccessRules NONE = new AccessRules(List.of());

    public AccessRules {
        rules = List.copyOf(rules);
    }

    /**
     * What one kind of asker may ask for.
     *
     * @param name by which people know the rule
     * @param topics the topics it is about
     * @param products ids or slugs, in the form in which requests name them
     * @param functions that may be called; empty for none
     * @param arguments that these may be called with
     * @param variables that may be read; empty for none
     * @param lanes in which such requests may wait
     * @param quota the largest part of the quota, in per cent, that calls allowed by it may take; 100 for no ceiling
     */
    public record Rule(
            String name,
            List<Pattern> topics,
            List<Pattern> products,
            List<Pattern> functions,
            List<Pattern> arguments,
            List<Pattern> variables,
            Set<Lane> lanes,
            int quota) {
        public Rule {
            topics = List.copyOf(topics);
            products = List.copyOf(products);
            functions = List.copyOf(functions);
            arguments = List.copyOf(arguments);
            variables = List.copyOf(variables);
            lanes = Set.copyOf(lanes);
        }

        /** What holds back calls that the rule allows, beside the quota itself. */
        public Optional<Ceiling> ceiling() {
            return quota < 100 ? Optional.of(new Ceiling(name, quota)) : Optional.empty();
        }

        /** The first thing about a request that the rule does not allow; empty if it allows the request. */
        private Optional<String> objection(String topic, String product, Action action, Lane lane) {
            if (!any(topics, topic)) {
                return Optional.of("is about other topics than " + topic);
            }
            if (!any(products, product)) {
                return Optional.of("does not have product " + product);
            }
            if (action instanceof Action.Call call) {
                if (!any(functions, call.function())) {
                    return Optional.of("does not have function " + call.function());
                }
                if (!any(arguments, call.argument())) {
                    return Optional.of("does not have this argument of function " + call.function());
                }
            } else if (!any(variables, action.name())) {
                return Optional.of("does not have variable " + action.name());
            }
            return lanes.contains(lane) ? Optional.empty() : Optional.of("does not have priority " + lane);
        }

        private static boolean any(List<Pattern> patterns, String text) {
            return patterns.stream().anyMatch(pattern -> pattern.matcher(text).matches());
        }
    }

    /**
     * What the rules say about one request.
     *
     * @param allowedBy the rule that allows it; empty if none does
     * @param objections why each rule before that, or each rule at all, does not: rule and reason in words
     */
    public record Decision(Optional<Rule> allowedBy, List<String> objections) {
        public boolean isAllowed() {
            return allowedBy.isPresent();
        }

        /** Why it is denied, in a sentence. */
        public String detail(String topic) {
            return objections.isEmpty()
                    ? "the policy has no rules, so it allows nothing"
                    : "no rule of the policy allows this on " + topic + ": " + String.join("; ", objections);
        }
    }

    /** @param topic that the request was read from */
    public Decision decide(String topic, String product, Action action, Lane lane) {
        List<String> objections = new ArrayList<>();
        for (Rule rule : rules) {
            Optional<String> objection = rule.objection(topic, product, action, lane);
            if (objection.isEmpty()) {
                return new Decision(Optional.of(rule), objections);
            }
            objections.add(rule.name() + " " + objection.get());
        }
        return new Decision(Optional.empty(), objections);
    }

    /** Whether any rule has a ceiling. */
    public boolean haveCeilings() {
        return rules.stream().anyMatch(rule -> rule.ceiling().isPresent());
    }

    /**
     * The ceiling that calls of a request count towards: that of the rule which would allow it now. A request that was
     * let in by rules of earlier and that none allows now has none.
     */
    public Optional<Ceiling> ceiling(Request request) {
        return haveCeilings()
                ? decide(request.source(), request.product(), request.action(), request.lane())
                        .allowedBy()
                        .flatMap(Rule::ceiling)
                : Optional.empty();
    }
}
