package io.fleetcommand.operations;

import io.fleetcommand.text.VisibleText;
import java.util.regex.Pattern;

/** Text as one word of a shell's command line, so that what is printed can be copied and run whatever is in it. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-][A-Za-z0-9_./:@%+=,~-]*");

    private ShellWord() {}

    /** Quoted where it needs to be; control characters in the form that bash and zsh know. */
    public static String of(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        return VisibleText.isVisible(text) ? "'" + text.replace("'", "'\\''") + "'" : ansi(text);
    }

    /** As an argument that is no option, though it may look like one. */
    public static String argument(String text) {
        return (text.startsWith("-") ? "-- " : "") + of(text);
    }

    /** As the value of an option, which is not to be taken for another option. */
    static String option(String option, String value) {
        return option + (value.startsWith("-") ? "=" : " ") + of(value);
    }

    /** In $'...' a backslash escapes; so those that are there are doubled first. */
    private static String ansi(String text) {
        return "$'" + VisibleText.of(text.replace("\\", "\\\\").replace("'", "\\'")) + "'";
    }
}
