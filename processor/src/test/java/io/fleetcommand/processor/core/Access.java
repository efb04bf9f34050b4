package io.fleetcommand.processor.core;

import io.fleetcommand.processor.core.AccessRules.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules for tests. */
public final class Access {
    private Access() {}

    public static AccessRules everything() {
        return new AccessRules(List.of(new Rule(
                "everything",
                patterns(".*"),
                patterns(".*"),
                patterns(".*"),
                List.of(Pattern.compile(".*", Pattern.DOTALL)),
                patterns(".*"),
                Set.of(Lane.values()))));
    }

    public static List<Pattern> patterns(String... texts) {
        return Arrays.stream(texts).map(Pattern::compile).toList();
    }
}
