package io.fleetcommand.processor.core.policy;

import java.util.function.Predicate;

/**
 * A pattern of the policy, and how texts are matched with it: the rules do not know by which engine. Two of the same
 * text are equal, so that rules which were read again are known to be the same.
 *
 * @param text as it stands in the policy
 * @param matcher says whether the whole of a text matches
 * @param cost steps that matching takes for each character, at most; 0 where it takes none worth counting
 */
public record TextPattern(String text, Predicate<String> matcher, int cost) {
    public boolean matches(String candidate) {
        return matcher.test(candidate);
    }

    /** How many steps it takes at most to match a text. */
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
