package io.fleetcommand.processor.core.policy;

import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.request.Priority;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules for tests. */
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

    /** The first rule allows functions of a name and variables of that name, up to a percentage; the second the rest. */
    public static AccessPolicy everything(String name, int percent) {
        Rule rest = everything().rules().get(0);
        Rule ruled = new Rule(
                name,
                rest.topics(),
                rest.products(),
                patterns(name),
                rest.arguments(),
                patterns(name),
                rest.priorities(),
                percent);
        return new AccessPolicy(List.of(ruled, rest));
    }

    public static List<TextPattern> patterns(String... texts) {
        return Arrays.stream(texts).map(Access::pattern).toList();
    }

    /** The engine is of no importance to the rules. */
    private static TextPattern pattern(String text) {
        return new TextPattern(text, Pattern.compile(text).asMatchPredicate(), text.length());
    }
}
