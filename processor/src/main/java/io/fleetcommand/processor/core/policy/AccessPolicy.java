package io.fleetcommand.processor.core.policy;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides who may command what. Kafka's ACLs say who may write to a topic; these rules say what may be requested
 * through it, and which reply topics may be named. What no rule allows is denied. Patterns must match the whole text.
 *
 * @param rules tried in order; the first one that allows a request applies, and none forbids
 * @param replies which reply topics may be named
 */
public record AccessPolicy(List<Rule> rules, List<ReplyRule> replies) {
    /** Denies everything. */
    public static final AccessPolicy NONE = new AccessPolicy(List.of());

    /**
     * Bounds the work of one decision: matching is linear, but rules may be many and arguments long. About 50 ms at the
     * very worst.
     */
    static final long MAX_STEPS = 1_000_000;

    public AccessPolicy {
        rules = List.copyOf(rules);
        replies = List.copyOf(replies);
    }

    /** A policy that allows no reply topics. */
    public AccessPolicy(List<Rule> rules) {
        this(rules, List.of());
    }

    /**
     * Allows certain requests that were read from certain topics.
     *
     * @param name shown to people
     * @param topics the request topics that the rule applies to
     * @param products ids or slugs, in the form in which requests name them
     * @param functions that may be called; empty for none
     * @param arguments that these may be called with
     * @param variables that may be read; empty for none
     * @param priorities that such requests may have
     * @param quota the largest part of the quota, in per cent, for the calls that the rule allows; 100 for no rate cap
     * @param campaigns limits for campaigns that are read from its topics
     */
    public record Rule(
            String name,
            List<TextPattern> topics,
            List<TextPattern> products,
            List<TextPattern> functions,
            List<TextPattern> arguments,
            List<TextPattern> variables,
            Set<Priority> priorities,
            int quota,
            CampaignLimits campaigns) {
        public Rule {
            Objects.requireNonNull(campaigns);
            topics = List.copyOf(topics);
            products = List.copyOf(products);
            functions = List.copyOf(functions);
            arguments = List.copyOf(arguments);
            variables = List.copyOf(variables);
            priorities = Set.copyOf(priorities);
        }

        /** A rule without limits for campaigns. */
        public Rule(
                String name,
                List<TextPattern> topics,
                List<TextPattern> products,
                List<TextPattern> functions,
                List<TextPattern> arguments,
                List<TextPattern> variables,
                Set<Priority> priorities,
                int quota) {
            this(name, topics, products, functions, arguments, variables, priorities, quota, CampaignLimits.NONE);
        }

        /** The rate cap of the calls that the rule allows, if it has one. */
        public Optional<RateCap> rateCap() {
            return quota < 100 ? Optional.of(new RateCap(name, quota)) : Optional.empty();
        }

        /** The first part of a request that the rule does not allow; empty if it allows the request. */
        private Optional<Objection> objection(
                String topic, String product, Action action, Priority priority, MatchBudget budget) {
            if (!budget.any(topics, topic)) {
                return objection(Part.TOPIC, topic);
            }
            if (!budget.any(products, product)) {
                return objection(Part.PRODUCT, product);
            }
            if (action instanceof Action.Call call) {
                if (!budget.any(functions, call.function())) {
                    return objection(Part.FUNCTION, call.function());
                }
                if (!budget.any(arguments, call.argument())) {
                    return objection(Part.ARGUMENT, call.function());
                }
            } else if (!budget.any(variables, action.name())) {
                return objection(Part.VARIABLE, action.name());
            }
            return priorities.contains(priority) ? Optional.empty() : objection(Part.PRIORITY, priority.name());
        }

        private Optional<Objection> objection(Part part, String found) {
            return Optional.of(new Objection(name, part, found));
        }
    }

    /**
     * Allows requests from certain topics to name certain reply topics.
     *
     * @param topics the topics that the requests are read from
     * @param replyTopics the topics that they may name
     */
    public record ReplyRule(List<TextPattern> topics, List<TextPattern> replyTopics) {
        public ReplyRule {
            topics = List.copyOf(topics);
            replyTopics = List.copyOf(replyTopics);
        }
    }

    /** The parts of a request that a rule may not allow, the most helpful to its sender first. */
    private enum Part {
        MATCH_BUDGET("is not reached: the patterns before it take too many steps for a request like this on "),
        PRODUCT("does not have product "),
        FUNCTION("does not have function "),
        ARGUMENT("does not have this argument of function "),
        VARIABLE("does not have variable "),
        PRIORITY("does not have priority "),
        TOPIC("is about other topics than ");

        private final String words;

        Part(String words) {
            this.words = words;
        }
    }

    /** Why a rule does not allow a request. The text is built on demand. */
    public record Objection(String rule, Part part, String found) {
        /** The rule and the reason. Leaves out the argument, which may be a secret. */
        public String words() {
            return rule + " " + part.words + found;
        }
    }

    /**
     * The decision about one request.
     *
     * @param allowedBy the rule that allows it; empty if none does
     * @param objections why each rule before that one, or every rule if none allows it, does not
     */
    public record Decision(Optional<Rule> allowedBy, List<Objection> objections) {
        private static final int MAX_SHOWN = 5;

        public boolean isAllowed() {
            return allowedBy.isPresent();
        }

        /** Why it is denied; short, however many rules there are. */
        public String detail(String topic) {
            if (objections.isEmpty()) {
                return "the policy has no rules, so it allows nothing";
            }
            String shown = objections.stream()
                    .sorted(Comparator.comparing(Objection::part))
                    .limit(MAX_SHOWN)
                    .map(Objection::words)
                    .collect(Collectors.joining("; "));
            int hidden = objections.size() - MAX_SHOWN;
            return "no rule of the policy allows this on " + topic + ": " + shown
                    + (hidden > 0 ? "; nor do " + hidden + " further rules" : "");
        }
    }

    /** @param topic the topic that the request was read from */
    public Decision decide(String topic, String product, Action action, Priority priority) {
        List<Objection> objections = new ArrayList<>();
        MatchBudget budget = new MatchBudget();
        for (Rule rule : rules) {
            Optional<Objection> objection = rule.objection(topic, product, action, priority, budget);
            if (budget.isExhausted()) {
                objections.add(new Objection(rule.name(), Part.MATCH_BUDGET, topic));
                return new Decision(Optional.empty(), objections);
            }
            if (objection.isEmpty()) {
                return new Decision(Optional.of(rule), objections);
            }
            objections.add(objection.get());
        }
        return new Decision(Optional.empty(), objections);
    }

    /**
     * Whether a request may name a reply topic.
     *
     * @param requestTopic the topic that the request was read from
     */
    public boolean mayReplyTo(String requestTopic, String replyTopic) {
        MatchBudget budget = new MatchBudget();
        return replies.stream()
                .anyMatch(
                        rule -> budget.any(rule.topics(), requestTopic) && budget.any(rule.replyTopics(), replyTopic));
    }

    /** Whether any rule has a rate cap. */
    public boolean hasRateCaps() {
        return rules.stream().anyMatch(rule -> rule.rateCap().isPresent());
    }

    /**
     * The rate cap that calls of a request count towards: that of the rule which would allow it now. A request that
     * earlier rules allowed and that none allows now has none.
     */
    public Optional<RateCap> rateCap(Request request) {
        return hasRateCaps()
                ? decide(request.source(), request.product(), request.action(), request.priority())
                        .allowedBy()
                        .flatMap(Rule::rateCap)
                : Optional.empty();
    }

    /** The remaining work of one decision. Once it is exhausted nothing matches any more, so the request is denied. */
    private static final class MatchBudget {
        private long remainingSteps = MAX_STEPS;

        boolean any(List<TextPattern> patterns, String text) {
            for (TextPattern pattern : patterns) {
                remainingSteps -= pattern.steps(text);
                if (isExhausted()) {
                    return false;
                }
                if (pattern.matches(text)) {
                    return true;
                }
            }
            return false;
        }

        boolean isExhausted() {
            return remainingSteps < 0;
        }
    }
}
