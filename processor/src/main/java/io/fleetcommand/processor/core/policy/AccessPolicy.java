package io.fleetcommand.processor.core.policy;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may command what. Kafka says who may write to a topic; these rules say what may be asked for through it, and where
 * copies of the answers may go. What nothing here allows is denied. All patterns must match the whole text.
 *
 * @param rules tried in their order; the first that allows decides, and none forbids
 * @param replies which reply topics may be named
 */
public record AccessPolicy(List<Rule> rules, List<ReplyRule> replies) {
    /** Denies everything. */
    public static final AccessPolicy NONE = new AccessPolicy(List.of());

    /** Matching is linear, but rules may be many and arguments long; some 50 ms of work at the very worst. */
    static final long MAX_STEPS = 1_000_000;

    public AccessPolicy {
        rules = List.copyOf(rules);
        replies = List.copyOf(replies);
    }

    /** Rules by which no reply topic may be named. */
    public AccessPolicy(List<Rule> rules) {
        this(rules, List.of());
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
     * @param priorities in which such requests may wait
     * @param quota the largest part of the quota, in per cent, that calls allowed by it may take; 100 for no ceiling
     */
    public record Rule(
            String name,
            List<TextPattern> topics,
            List<TextPattern> products,
            List<TextPattern> functions,
            List<TextPattern> arguments,
            List<TextPattern> variables,
            Set<Priority> priorities,
            int quota) {
        public Rule {
            topics = List.copyOf(topics);
            products = List.copyOf(products);
            functions = List.copyOf(functions);
            arguments = List.copyOf(arguments);
            variables = List.copyOf(variables);
            priorities = Set.copyOf(priorities);
        }

        /** What holds back calls that the rule allows, beside the quota itself. */
        public Optional<RateCap> ceiling() {
            return quota < 100 ? Optional.of(new RateCap(name, quota)) : Optional.empty();
        }

        /** The first thing about a request that the rule does not allow; empty if it allows the request. */
        private Optional<Objection> objection(
                String topic, String product, Action action, Priority priority, Effort effort) {
            if (!effort.any(topics, topic)) {
                return objection(Part.TOPIC, topic);
            }
            if (!effort.any(products, product)) {
                return objection(Part.PRODUCT, product);
            }
            if (action instanceof Action.Call call) {
                if (!effort.any(functions, call.function())) {
                    return objection(Part.FUNCTION, call.function());
                }
                if (!effort.any(arguments, call.argument())) {
                    return objection(Part.ARGUMENT, call.function());
                }
            } else if (!effort.any(variables, action.name())) {
                return objection(Part.VARIABLE, action.name());
            }
            return priorities.contains(priority) ? Optional.empty() : objection(Part.PRIORITY, priority.name());
        }

        private Optional<Objection> objection(Part part, String found) {
            return Optional.of(new Objection(name, part, found));
        }
    }

    /**
     * Which reply topics requests may name.
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

    /** What about a request a rule may not allow; what says most to its sender first. */
    private enum Part {
        EFFORT("is not reached: the patterns before it take too many steps for a request like this on "),
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

    /** Why a rule does not allow a request. Put into words only when somebody asks. */
    public record Objection(String rule, Part part, String found) {
        /** Rule and reason. The argument itself is not repeated: it may be a secret of the device's. */
        public String words() {
            return rule + " " + part.words + found;
        }
    }

    /**
     * What the rules say about one request.
     *
     * @param allowedBy the rule that allows it; empty if none does
     * @param objections why each rule before that, or each rule at all, does not
     */
    public record Decision(Optional<Rule> allowedBy, List<Objection> objections) {
        private static final int MAX_NAMED = 5;

        public boolean isAllowed() {
            return allowedBy.isPresent();
        }

        /** Why it is denied, in a sentence that is short however many rules there are. */
        public String detail(String topic) {
            if (objections.isEmpty()) {
                return "the policy has no rules, so it allows nothing";
            }
            String named = objections.stream()
                    .sorted(Comparator.comparing(Objection::part))
                    .limit(MAX_NAMED)
                    .map(Objection::words)
                    .collect(Collectors.joining("; "));
            int unnamed = objections.size() - MAX_NAMED;
            return "no rule of the policy allows this on " + topic + ": " + named
                    + (unnamed > 0 ? "; nor do " + unnamed + " further rules" : "");
        }
    }

    /** @param topic that the request was read from */
    public Decision decide(String topic, String product, Action action, Priority priority) {
        List<Objection> objections = new ArrayList<>();
        Effort effort = new Effort();
        for (Rule rule : rules) {
            Optional<Objection> objection = rule.objection(topic, product, action, priority, effort);
            if (effort.isSpent()) {
                objections.add(new Objection(rule.name(), Part.EFFORT, topic));
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
     * Whether a request may have a copy of its answer sent to a topic.
     *
     * @param requestTopic that the request was read from
     */
    public boolean mayReplyTo(String requestTopic, String replyTopic) {
        Effort effort = new Effort();
        return replies.stream()
                .anyMatch(
                        rule -> effort.any(rule.topics(), requestTopic) && effort.any(rule.replyTopics(), replyTopic));
    }

    /** Whether any rule has a ceiling. */
    public boolean haveCeilings() {
        return rules.stream().anyMatch(rule -> rule.ceiling().isPresent());
    }

    /**
     * The ceiling that calls of a request count towards: that of the rule which would allow it now. A request that was
     * let in by rules of earlier and that none allows now has none.
     */
    public Optional<RateCap> ceiling(Request request) {
        return haveCeilings()
                ? decide(request.source(), request.product(), request.action(), request.priority())
                        .allowedBy()
                        .flatMap(Rule::ceiling)
                : Optional.empty();
    }

    /** The work that one decision may take. Once it is spent nothing matches any more, so that the answer is no. */
    private static final class Effort {
        private long left = MAX_STEPS;

        boolean any(List<TextPattern> patterns, String text) {
            for (TextPattern pattern : patterns) {
                left -= pattern.steps(text);
                if (isSpent()) {
                    return false;
                }
                if (pattern.matches(text)) {
                    return true;
                }
            }
            return false;
        }

        boolean isSpent() {
            return left < 0;
        }
    }
}
