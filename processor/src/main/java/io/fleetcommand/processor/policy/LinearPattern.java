package io.fleetcommand.processor.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.fleetcommand.processor.core.policy.TextPattern;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Regular expressions in RE2 syntax, matched in time linear in the text, so that neither a pattern nor an argument of a
 * caller can hold up the stream thread. Literals and alternatives of literals, as most patterns are, are matched by set
 * look-up.
 */
final class LinearPattern {
    static final int MAX_LENGTH = 1_000;
    /** Maximum number of states; each may be active for each character. */
    static final int MAX_STATES = 500;
    /** The same limit as the engine counts it, which is a few more. */
    private static final int MAX_PROGRAM = 800;

    /** Literals separated by bars; nothing else in them is special, apart from escaped dots and hyphens. */
    private static final java.util.regex.Pattern LITERALS =
            java.util.regex.Pattern.compile("(?:[\\p{IsAlphabetic}0-9 _\\-/:,=@%#|]|\\\\[.\\-])*");

    private LinearPattern() {}

    /** Thrown for a pattern that cannot be used; the message completes a sentence about it. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private Unusable(String why) {
            super(why);
        }
    }

    /** @throws Unusable if the text is not a valid pattern, or would take too much time or memory to match */
    static TextPattern compile(String text) throws Unusable {
        if (text.length() > MAX_LENGTH) {
            throw new Unusable("is longer than " + MAX_LENGTH + " characters");
        }
        if (LITERALS.matcher(text).matches()) {
            Set<String> literals = Stream.of(text.split("\\|", -1))
                    .map(literal -> literal.replace("\\", ""))
                    .collect(Collectors.toUnmodifiableSet());
            return new TextPattern(text, literals::contains, 0);
        }
        PatternShape shape = PatternShape.of(text);
        if (shape.states() > MAX_STATES) {
            throw tooLarge();
        }
        Optional<String> misread = shape.misread();
        if (misread.isPresent()) {
            throw new Unusable(misread.get());
        }
        try {
            Pattern pattern = Pattern.compile(text);
            if (pattern.programSize() > MAX_PROGRAM) {
                throw tooLarge();
            }
            return new TextPattern(text, pattern::matches, (int) Math.max(shape.states(), pattern.programSize()));
        } catch (PatternSyntaxException invalid) {
            throw new Unusable("is not a regular expression of RE2's syntax: " + invalid.getDescription());
        }
    }

    private static Unusable tooLarge() {
        return new Unusable("is too large: it comes to more than " + MAX_STATES + " states");
    }
}
