package io.fleetcommand.processor.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.fleetcommand.processor.core.policy.TextPattern;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Regular expressions of RE2's syntax, matched in time that is linear in the text: no pattern, and no argument that a
 * caller chooses, can hold up the stream. Texts and alternatives of texts, which most patterns are, are only compared.
 */
final class LinearPattern {
    static final int LONGEST = 1_000;
    /** What a state machine may have of states; each may be busy for each character. */
    static final int MAX_STATES = 500;
    /** As the engine counts: a few more. */
    private static final int MAX_PROGRAM = 800;

    /** Nothing in it is special but the bar between alternatives, and dots that are escaped. */
    private static final java.util.regex.Pattern TEXTS =
            java.util.regex.Pattern.compile("(?:[\\p{IsAlphabetic}0-9 _\\-/:,=@%#|]|\\\\[.\\-])*");

    private LinearPattern() {}

    /** A pattern that cannot be used. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private Unusable(String why) {
            super(why);
        }
    }

    /** @throws Unusable if it is no such expression, or would take too much time or memory */
    static TextPattern compile(String text) throws Unusable {
        if (text.length() > LONGEST) {
            throw new Unusable("is longer than " + LONGEST + " characters");
        }
        if (TEXTS.matcher(text).matches()) {
            Set<String> texts = Stream.of(text.split("\\|", -1))
                    .map(each -> each.replace("\\", ""))
                    .collect(Collectors.toUnmodifiableSet());
            return new TextPattern(text, texts::contains, 0);
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
        } catch (PatternSyntaxException wrong) {
            throw new Unusable("is not a regular expression of RE2's syntax: " + wrong.getDescription());
        }
    }

    private static Unusable tooLarge() {
        return new Unusable("is too large: it comes to more than " + MAX_STATES + " states");
    }
}
