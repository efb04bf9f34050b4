package io.fleetcommand.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** Whether a command prints for people or for programs. */
final class OutputOption {
    @Option(
            names = "--output",
            defaultValue = "TABLE",
            description = "table, or json: one object per line (${DEFAULT-VALUE})")
    private Format format;

    private enum Format {
        TABLE,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean isJson() {
        return format == Format.JSON;
    }
}
