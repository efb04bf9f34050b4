package io.fleetcommand.processor.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What can be seen of a regular expression before anything is built of it: how large it will be, since counted
 * repetitions multiply, and whether it holds what other engines read in another way than RE2 does.
 *
 * @param states about how many states it comes to
 * @param misread why it does not mean what it seems to
 */
record PatternShape(long states, Optional<String> misread) {
    static PatternShape of(String text) {
        return new Walk(text).shape();
    }

    /** One pass over the expression; what is no expression is left to the engine to say. */
    private static final class Walk {
        private static final int UNBOUNDED = 1_000_000_000;
        /** One state, but with the memory of many: some hundred ranges of characters. */
        private static final int UNICODE_CLASS = 20;

        private final String text;
        /** The states of each group that is open, and of the whole at the bottom. */
        private final Deque<Long> open = new ArrayDeque<>();

        private Optional<String> misread = Optional.empty();
        private long atom;
        private int at;

        Walk(String text) {
            this.text = text;
        }

        PatternShape shape() {
            open.push(0L);
            while (at < text.length()) {
                step(text.charAt(at++));
            }
            long states = atom;
            for (long group : open) {
                states = capped(states + group);
            }
            return new PatternShape(states, misread);
        }

        private void step(char now) {
            switch (now) {
                case '\\' -> escape();
                case '[' -> bracket();
                case '(' -> {
                    put(0);
                    open.push(0L);
                }
                case ')' -> {
                    long inside = capped(atom + open.pop() + 2);
                    atom = 0;
                    if (open.isEmpty()) {
                        open.push(0L);
                    }
                    put(inside);
                }
                case '{' -> repeat();
                case '*', '+', '?' -> atom = capped(atom + 1);
                default -> put(1);
            }
        }

        /** What stood before is one of a sequence; the next may be repeated. */
        private void put(long states) {
            open.push(capped(open.pop() + atom));
            atom = states;
        }

        private void escape() {
            if (at < text.length() && text.charAt(at) == 'Q') {
                int end = text.indexOf("\\E", at);
                int last = end < 0 ? text.length() : end;
                put(last - at);
                at = end < 0 ? last : end + 2;
                return;
            }
            boolean many = isOfUnicode();
            if (at < text.length() && "pPx".indexOf(text.charAt(at)) >= 0 && text.startsWith("{", at + 1)) {
                int end = text.indexOf('}', at);
                at = end < 0 ? text.length() : end;
            }
            at++;
            put(many ? UNICODE_CLASS : 1);
        }

        /** Such as {@code \\pL}, with at behind the backslash. */
        private boolean isOfUnicode() {
            return text.startsWith("p", at) || text.startsWith("P", at);
        }

        /** A class of characters, up to its end; a bracket that comes first in it stands for itself. */
        private void bracket() {
            put(1);
            if (text.startsWith("^", at)) {
                at++;
            }
            if (text.startsWith("]", at)) {
                at++;
            }
            while (at < text.length() && text.charAt(at) != ']') {
                if (text.startsWith("[:", at) && text.indexOf(":]", at) > 0) {
                    at = text.indexOf(":]", at) + 2;
                } else {
                    inBracket();
                }
            }
            at++;
        }

        private void inBracket() {
            if (text.charAt(at) == '[' || text.startsWith("&&", at)) {
                misread = Optional.of("has [ or && within brackets, which RE2 takes as characters;"
                        + " escape them if that is meant (\\[, \\&)");
            }
            if (text.charAt(at++) == '\\') {
                atom += isOfUnicode() ? UNICODE_CLASS : 0;
                at++;
            }
        }

        /** {n}, {n,} or {n,m}; anything else is characters. */
        private void repeat() {
            int end = text.indexOf('}', at);
            String inside = end < 0 ? "" : text.substring(at, end);
            if (!inside.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
                put(1);
                return;
            }
            at = end + 1;
            long times = 1;
            for (String count : inside.split(",")) {
                times = Math.max(times, Long.parseLong(count));
            }
            // A time that may be left out is a state more.
            atom = capped((atom + (inside.contains(",") ? 1 : 0)) * times);
        }

        private static long capped(long states) {
            return Math.min(states, UNBOUNDED);
        }
    }
}
