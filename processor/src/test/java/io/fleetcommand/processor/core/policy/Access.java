package io.fleetcommand.processor.core.policy;

import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.request.Priority;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Access policies for tests. */
public final class Access {
    private Access() {}

    public static AccessPolicy everything() {
        return new AccessPolicy(List.of(new Rule(
                "everything",
                patterns(".*"),
                patterns(".*"),
                patterns(".*"),
                patterns("(?s).*"),
                patterns(".*"),
                Set.of(Priority.values()),
                100)));
    }

    /**
     * A policy whose first rule allows functions and variables of a name, up to a percentage of the quota; the second
     * rule allows all others.
     */
    public static AccessPolicy everything(String name, int percent) {
        Rule fallback = everything().rules().get(0);
        Rule capped = new Rule(
                name,
                fallback.topics(),
                fallback.products(),
                patterns(name),
                fallback.arguments(),
                patterns(name),
                fallback.priorities(),
                percent);
        return new AccessPolicy(List.of(capped, fallback));
    }

    public static List<TextPattern> patterns(String... texts) {
        return Arrays.stream(texts).map(Access::pattern).toList();
    }

    /** The regex engine does not matter to the rules. */
    private static TextPattern pattern(String text) {
        return new TextPattern(text, Pattern.compile(text).asMatchPredicate(), text.length());
    }
}
