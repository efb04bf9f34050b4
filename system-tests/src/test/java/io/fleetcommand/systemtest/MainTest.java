package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"bench abuse --only kindness", "bench abuse --seconds 0"})
    void aWrongCommandLineDoesNothingAndEndsWithTwo(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("fleet: ").contains("--help says more");
    }

    @Test
    void theHelpNamesTheCommandsOfEveryProgram() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("demo", "up", "send", "failed", "chaos", "bench");
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
