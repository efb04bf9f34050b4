package io.fleetcommand.processor.policy;

import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.policy.AccessPolicy.ReplyRule;
import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.policy.TextPattern;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.policy.StrictYaml.Fields;
import io.fleetcommand.processor.policy.StrictYaml.Items;
import io.fleetcommand.processor.policy.StrictYaml.Node;
import io.fleetcommand.processor.policy.StrictYaml.Text;
import io.fleetcommand.text.VisibleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Parser of policy files, written in {@linkplain StrictYaml the plain part of YAML}. {@code rules} is a list, each with
 * {@code name}, {@code topics}, {@code products}, {@code functions} (with {@code arguments}, unless any are allowed) or
 * {@code variables} or both, {@code priorities}, and {@code quota}, a percentage, unless it is all of the quota. A rule
 * for campaigns may have {@code max_devices}, {@code max_per_minute} and {@code approval_above}. {@code replies} is a list, each with {@code topics} and {@code reply_topics}, if reply topics are allowed at all. Names are
 * {@linkplain LinearPattern regular expressions} that match the whole text. Unknown keys are faults: a misspelt key
 * would otherwise silently allow too much or too little.
 */
public final class PolicyFile {
    /** Maximum size of a policy file in bytes. */
    public static final int MAX_BYTES = StrictYaml.MAX_BYTES;

    private static final Set<String> KEYS = Set.of("rules", "replies");
    private static final Set<String> RULE_KEYS = Set.of(
            "name",
            "topics",
            "products",
            "functions",
            "arguments",
            "variables",
            "priorities",
            "quota",
            "max_devices",
            "max_per_minute",
            "approval_above");
    private static final Set<String> REPLY_KEYS = Set.of("topics", "reply_topics");
    private static final int WHOLE_QUOTA = 100;
    private static final int MAX_RULES = 1_000;
    private static final int MAX_PATTERNS = 20_000;
    /** Maximum number of states of all patterns together: some tens of megabytes. */
    private static final int MAX_STATES = 200_000;

    private static final int MAX_FAULTS = 50;
    private static final int MAX_NAME_LENGTH = 100;
    private static final int MAX_SHOWN_CHARS = 100;
    private static final List<TextPattern> ANY_TEXT = List.of(new TextPattern("(?s).*", any -> true, 0));

    private final List<String> faults = new ArrayList<>();
    private int patterns;
    private long states;

    private PolicyFile() {}

    /**
     * @param file name of the file, for the message
     * @throws InvalidPolicy if the policy has any fault, listing all of them
     */
    public static AccessPolicy parse(String file, byte[] text) {
        return new PolicyFile().read(file, text);
    }

    private AccessPolicy read(String file, byte[] text) {
        AccessPolicy policy = AccessPolicy.NONE;
        try {
            policy = rules(StrictYaml.read(text));
        } catch (StrictYaml.Fault wrong) {
            faults.add(wrong.getMessage());
        }
        if (!faults.isEmpty()) {
            int more = faults.size() - MAX_FAULTS;
            List<String> messages = new ArrayList<>(faults.subList(0, Math.min(MAX_FAULTS, faults.size())));
            if (more > 0) {
                messages.add("and " + more + " more");
            }
            throw new InvalidPolicy(file, messages);
        }
        return policy;
    }

    private AccessPolicy rules(Node root) {
        Fields policy = root instanceof Fields fields ? fields : new Fields(Map.of(), 1);
        if (!(policy.byKey().get("rules") instanceof Items)) {
            faults.add("it must hold the key rules, with a list");
        }
        unknownKeys(policy, KEYS, "the policy");
        Set<String> names = new HashSet<>();
        List<Rule> rules = new ArrayList<>();
        for (Fields rule : list(policy, "rules")) {
            rules.add(rule(rule, rules.size() + 1, names));
        }
        List<ReplyRule> replies = new ArrayList<>();
        for (Fields reply : list(policy, "replies")) {
            replies.add(reply(reply, "reply " + (replies.size() + 1)));
        }
        return new AccessPolicy(rules, replies);
    }

    /** The mappings in a list at the root; any other element is a fault. */
    private List<Fields> list(Fields policy, String key) {
        List<Fields> entries = new ArrayList<>();
        Optional<Node> list = Optional.ofNullable(policy.byKey().get(key));
        if (list.isPresent() && !(list.get() instanceof Items)) {
            faults.add("line " + list.get().line() + ": " + key + " must be a list");
        }
        if (list.isPresent() && list.get() instanceof Items items) {
            if (items.nodes().size() > MAX_RULES) {
                faults.add(key + ": there are " + items.nodes().size() + "; more than " + MAX_RULES + " are not taken");
                return entries;
            }
            for (Node entry : items.nodes()) {
                if (entry instanceof Fields fields) {
                    entries.add(fields);
                } else {
                    faults.add("line " + entry.line() + ": an entry of " + key + " must have keys and values");
                }
            }
        }
        return entries;
    }

    private Rule rule(Fields rule, int number, Set<String> names) {
        String name = rule.byKey().get("name") instanceof Text text ? text.value() : "";
        String where = "rule " + number + (name.isEmpty() ? "" : " (" + printable(name) + ")");
        if (name.isBlank()) {
            faults.add(where + ": name is missing");
        } else if (!VisibleText.isVisible(name) || name.length() > MAX_NAME_LENGTH) {
            faults.add(where + ": a name is at most " + MAX_NAME_LENGTH + " characters on one line");
        } else if (!names.add(name)) {
            faults.add(where + ": another rule has this name");
        }
        unknownKeys(rule, RULE_KEYS, where);
        missingKeys(rule, List.of("topics", "products", "priorities"), where);
        if (!rule.byKey().containsKey("functions") && !rule.byKey().containsKey("variables")) {
            faults.add(where + ": it has neither functions nor variables, so it allows nothing");
        }
        if (rule.byKey().containsKey("arguments") && !rule.byKey().containsKey("functions")) {
            faults.add(where + ": arguments without functions");
        }
        return new Rule(
                name,
                patterns(rule, "topics", where),
                patterns(rule, "products", where),
                patterns(rule, "functions", where),
                rule.byKey().containsKey("arguments") ? patterns(rule, "arguments", where) : ANY_TEXT,
                patterns(rule, "variables", where),
                priorities(rule, where),
                quota(rule, where),
                new CampaignLimits(
                        limit(rule, "max_devices", where).orElse(CampaignLimits.NONE.maxDevices()),
                        limit(rule, "max_per_minute", where).stream()
                                .asDoubleStream()
                                .findFirst()
                                .orElse(CampaignLimits.NONE.maxPerMinute()),
                        limit(rule, "approval_above", where).orElse(CampaignLimits.NONE.approvalAbove())));
    }

    private ReplyRule reply(Fields reply, String where) {
        unknownKeys(reply, REPLY_KEYS, where);
        missingKeys(reply, List.of("topics", "reply_topics"), where);
        return new ReplyRule(patterns(reply, "topics", where), patterns(reply, "reply_topics", where));
    }

    private void unknownKeys(Fields fields, Set<String> known, String where) {
        fields.byKey().keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> faults.add(where + ": there is no key " + printable(key)));
    }

    private void missingKeys(Fields fields, List<String> needed, String where) {
        needed.stream()
                .filter(key -> !fields.byKey().containsKey(key))
                .forEach(key -> faults.add(where + ": " + key + " is missing"));
    }

    private List<TextPattern> patterns(Fields rule, String key, String where) {
        List<TextPattern> found = new ArrayList<>();
        for (String text : texts(rule, key, where)) {
            if (++patterns > MAX_PATTERNS || states > MAX_STATES) {
                String limit = where + ": the patterns up to here are too many for one policy: at most " + MAX_PATTERNS
                        + ", and " + MAX_STATES + " states of their state machines";
                if (!faults.contains(limit)) {
                    faults.add(limit);
                }
                return found;
            }
            try {
                TextPattern pattern = LinearPattern.compile(text);
                states += pattern.cost();
                found.add(pattern);
            } catch (LinearPattern.Unusable wrong) {
                faults.add(where + ": " + key + ": " + printable(text) + " " + wrong.getMessage());
            }
        }
        return found;
    }

    private Set<Priority> priorities(Fields rule, String where) {
        Set<String> known = Arrays.stream(Priority.values()).map(Priority::name).collect(Collectors.toSet());
        Set<Priority> priorities = new HashSet<>();
        for (String text : texts(rule, "priorities", where)) {
            if (known.contains(text)) {
                priorities.add(Priority.valueOf(text));
            } else {
                faults.add(where + ": priorities: " + printable(text) + " is none of "
                        + Arrays.toString(Priority.values()));
            }
        }
        return priorities;
    }

    private int quota(Fields rule, String where) {
        if (!rule.byKey().containsKey("quota")) {
            return WHOLE_QUOTA;
        }
        String percent = rule.byKey().get("quota") instanceof Text text ? text.value() : "what stands there";
        boolean valid = percent.matches("[1-9][0-9]?|100");
        if (!valid) {
            faults.add(where + ": quota: " + printable(percent) + " is no whole percentage from 1 to " + WHOLE_QUOTA);
        }
        return valid ? Integer.parseInt(percent) : WHOLE_QUOTA;
    }

    /** A limit for campaigns; 0 is a valid one: no campaign, or approval of each. */
    private OptionalLong limit(Fields rule, String key, String where) {
        if (!rule.byKey().containsKey(key)) {
            return OptionalLong.empty();
        }
        String number = rule.byKey().get(key) instanceof Text text ? text.value() : "what stands there";
        if (!number.matches("0|[1-9][0-9]{0,8}")) {
            faults.add(where + ": " + key + ": " + printable(number) + " is no whole number from 0 to 999999999");
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(number));
    }

    /** The texts of a list. An empty list, or any other value, is a fault if the key is present. */
    private List<String> texts(Fields rule, String key, String where) {
        List<String> texts = new ArrayList<>();
        if (!rule.byKey().containsKey(key)) {
            return texts;
        }
        List<Node> list = rule.byKey().get(key) instanceof Items items ? items.nodes() : List.of();
        list.forEach(item -> {
            if (item instanceof Text text) {
                texts.add(text.value());
            }
        });
        boolean empty = texts.contains("") && !key.equals("arguments");
        if (texts.isEmpty() || texts.size() < list.size() || empty) {
            faults.add(where + ": " + key + " must be a list of one text or more");
        }
        return texts;
    }

    private static String printable(String text) {
        return VisibleText.of(text, MAX_SHOWN_CHARS);
    }
}
