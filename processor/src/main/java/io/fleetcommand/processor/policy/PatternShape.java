package io.fleetcommand.processor.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The size of a regular expression, estimated before it is compiled, since nested counted repetitions multiply, and
 * constructs that RE2 reads differently from other engines.
 *
 * @param states approximate number of states
 * @param misread why the expression does not mean what it seems to; empty if it does
 */
record PatternShape(long states, Optional<String> misread) {
    static PatternShape of(String text) {
        return new Walk(text).shape();
    }

    /** One pass over the expression. Invalid syntax is left to the engine to report. */
    private static final class Walk {
        private static final int UNBOUNDED = 1_000_000_000;
        /** States to charge for a Unicode class, which is one state but some hundred character ranges. */
        private static final int UNICODE_CLASS = 20;

        private final String text;
        /** States of each open group; the whole expression is at the bottom. */
        private final Deque<Long> open = new ArrayDeque<>();

        private Optional<String> misread = Optional.empty();
        private long atom;
        private int position;

        Walk(String text) {
            this.text = text;
        }

        PatternShape shape() {
            open.push(0L);
            while (position < text.length()) {
                step(text.charAt(position++));
            }
            long states = atom;
            for (long group : open) {
                states = capped(states + group);
            }
            return new PatternShape(states, misread);
        }

        private void step(char character) {
            switch (character) {
                case '\\' -> escape();
                case '[' -> bracket();
                case '(' -> {
                    startAtom(0);
                    open.push(0L);
                }
                case ')' -> {
                    long inside = capped(atom + open.pop() + 2);
                    atom = 0;
                    if (open.isEmpty()) {
                        open.push(0L);
                    }
                    startAtom(inside);
                }
                case '{' -> repeat();
                case '*', '+', '?' -> atom = capped(atom + 1);
                default -> startAtom(1);
            }
        }

        /** Adds the previous atom to its group and starts a new atom, which may be repeated. */
        private void startAtom(long states) {
            open.push(capped(open.pop() + atom));
            atom = states;
        }

        private void escape() {
            if (position < text.length() && text.charAt(position) == 'Q') {
                int end = text.indexOf("\\E", position);
                int last = end < 0 ? text.length() : end;
                startAtom(last - position);
                position = end < 0 ? last : end + 2;
                return;
            }
            boolean many = isUnicodeClass();
            if (position < text.length()
                    && "pPx".indexOf(text.charAt(position)) >= 0
                    && text.startsWith("{", position + 1)) {
                int end = text.indexOf('}', position);
                position = end < 0 ? text.length() : end;
            }
            position++;
            startAtom(many ? UNICODE_CLASS : 1);
        }

        /** Whether the escape is a Unicode class such as {@code \\pL}; {@code position} is after the backslash. */
        private boolean isUnicodeClass() {
            return text.startsWith("p", position) || text.startsWith("P", position);
        }

        /** Skips a bracket expression; a closing bracket that comes first in it is a literal. */
        private void bracket() {
            startAtom(1);
            if (text.startsWith("^", position)) {
                position++;
            }
            if (text.startsWith("]", position)) {
                position++;
            }
            while (position < text.length() && text.charAt(position) != ']') {
                if (text.startsWith("[:", position) && text.indexOf(":]", position) > 0) {
                    position = text.indexOf(":]", position) + 2;
                } else {
                    bracketItem();
                }
            }
            position++;
        }

        private void bracketItem() {
            if (text.charAt(position) == '[' || text.startsWith("&&", position)) {
                misread = Optional.of("has [ or && within brackets, which RE2 takes as characters;"
                        + " escape them if that is meant (\\[, \\&)");
            }
            if (text.charAt(position++) == '\\') {
                atom += isUnicodeClass() ? UNICODE_CLASS : 0;
                position++;
            }
        }

        /** A repetition {n}, {n,} or {n,m}; anything else is a literal. */
        private void repeat() {
            int end = text.indexOf('}', position);
            String inside = end < 0 ? "" : text.substring(position, end);
            if (!inside.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
                startAtom(1);
                return;
            }
            position = end + 1;
            long repetitions = 1;
            for (String count : inside.split(",")) {
                repetitions = Math.max(repetitions, Long.parseLong(count));
            }
            // Each optional repetition takes one more state.
            atom = capped((atom + (inside.contains(",") ? 1 : 0)) * repetitions);
        }

        private static long capped(long states) {
            return Math.min(states, UNBOUNDED);
        }
    }
}
