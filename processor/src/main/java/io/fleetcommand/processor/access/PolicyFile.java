package io.fleetcommand.processor.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.AccessRules.Rule;
import io.fleetcommand.processor.core.Lane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * A policy as people write it, in YAML: {@code rules}, a list, each with {@code name}, {@code topics},
 * {@code products}, {@code functions} (with {@code arguments}, if not any) or {@code variables} or both,
 * {@code priorities}, and {@code quota}, a percentage, if not all of it. Names are regular expressions that match the
 * whole. Nothing else may stand there: a key that is misspelt would otherwise allow too much or too little in silence.
 */
public final class PolicyFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> KEYS =
            Set.of("name", "topics", "products", "functions", "arguments", "variables", "priorities", "quota");
    private static final int ALL = 100;
    private static final List<Pattern> ANYTHING = List.of(Pattern.compile(".*", Pattern.DOTALL));

    private final List<String> faults = new ArrayList<>();

    private PolicyFile() {}

    /**
     * @param file its name, for the message
     * @throws InvalidPolicy if anything about it is not as it must be, listing all of it
     */
    public static AccessRules parse(String file, byte[] text) {
        return new PolicyFile().read(file, text);
    }

    private AccessRules read(String file, byte[] text) {
        List<Rule> rules = new ArrayList<>();
        try {
            JsonNode root = YAML.readTree(text);
            if (!root.path("rules").isArray() || root.size() != 1) {
                faults.add("it must hold the one key rules, with a list");
            }
            Set<String> names = new HashSet<>();
            for (JsonNode rule : root.path("rules")) {
                rules.add(rule(rule, rules.size() + 1, names));
            }
        } catch (JsonProcessingException notYaml) {
            Optional.ofNullable(notYaml.getLocation())
                    .ifPresentOrElse(
                            at -> faults.add("line " + at.getLineNr() + ": " + notYaml.getOriginalMessage()),
                            () -> faults.add(notYaml.getOriginalMessage()));
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory cannot be read", impossible);
        }
        if (!faults.isEmpty()) {
            throw new InvalidPolicy(file, faults);
        }
        return new AccessRules(rules);
    }

    private Rule rule(JsonNode rule, int number, Set<String> names) {
        String name = rule.path("name").asText();
        String where = "rule " + number + (name.isEmpty() ? "" : " (" + name + ")");
        if (name.isEmpty()) {
            faults.add(where + ": name is missing");
        } else if (!names.add(name)) {
            faults.add(where + ": another rule has this name");
        }
        rule.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !KEYS.contains(key))
                .forEach(key -> faults.add(where + ": there is no key " + key));
        for (String key : List.of("topics", "products", "priorities")) {
            if (!rule.has(key)) {
                faults.add(where + ": " + key + " is missing");
            }
        }
        if (!rule.has("functions") && !rule.has("variables")) {
            faults.add(where + ": it has neither functions nor variables, so it allows nothing");
        }
        if (rule.has("arguments") && !rule.has("functions")) {
            faults.add(where + ": arguments without functions");
        }
        return new Rule(
                name,
                patterns(rule, "topics", where),
                patterns(rule, "products", where),
                patterns(rule, "functions", where),
                rule.has("arguments") ? patterns(rule, "arguments", where) : ANYTHING,
                patterns(rule, "variables", where),
                lanes(rule, where),
                quota(rule, where));
    }

    private List<Pattern> patterns(JsonNode rule, String key, String where) {
        List<Pattern> patterns = new ArrayList<>();
        for (String text : texts(rule, key, where)) {
            try {
                patterns.add(Pattern.compile(text));
            } catch (PatternSyntaxException wrong) {
                faults.add(where + ": " + key + ": " + text + " is not a regular expression");
            }
        }
        return patterns;
    }

    private Set<Lane> lanes(JsonNode rule, String where) {
        Set<String> known = Arrays.stream(Lane.values()).map(Lane::name).collect(Collectors.toSet());
        Set<Lane> lanes = new HashSet<>();
        for (String text : texts(rule, "priorities", where)) {
            if (known.contains(text)) {
                lanes.add(Lane.valueOf(text));
            } else {
                faults.add(where + ": priorities: " + text + " is none of " + Arrays.toString(Lane.values()));
            }
        }
        return lanes;
    }

    private int quota(JsonNode rule, String where) {
        if (!rule.has("quota")) {
            return ALL;
        }
        JsonNode percent = rule.path("quota");
        boolean fits = percent.isInt() && percent.asInt() >= 1 && percent.asInt() <= ALL;
        if (!fits) {
            faults.add(where + ": quota: " + percent + " is no whole percentage from 1 to " + ALL);
        }
        return fits ? percent.asInt() : ALL;
    }

    /** The texts of a list; an empty list, or anything else, is a fault where the key is there. */
    private List<String> texts(JsonNode rule, String key, String where) {
        List<String> texts = new ArrayList<>();
        if (!rule.has(key)) {
            return texts;
        }
        JsonNode list = rule.path(key);
        list.forEach(item -> texts.add(item.isValueNode() && !item.isNull() ? item.asText() : ""));
        if (!list.isArray() || texts.isEmpty() || texts.contains("") && !key.equals("arguments")) {
            faults.add(where + ": " + key + " must be a list of one text or more");
        }
        return texts;
    }
}
