package io.fleetcommand.processor.core.policy;

import java.util.function.Predicate;

/**
 * A pattern of the policy and its compiled matcher; the rules do not depend on the regex engine. Patterns of the same
 * text are equal, so that a reloaded policy can be compared with the one in force.
 *
 * @param text the pattern as written in the policy
 * @param matcher tells whether the whole of a text matches
 * @param cost matching steps per character at most; 0 where they are negligible
 */
public record TextPattern(String text, Predicate<String> matcher, int cost) {
    public boolean matches(String candidate) {
        return matcher.test(candidate);
    }

    /** An upper bound of the steps that matching a text takes. */
    long steps(String candidate) {
        return (long) cost * (candidate.length() + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
