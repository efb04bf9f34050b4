package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Commands that talk to a cluster teach by example and say what their exit codes mean. */
    @TestFactory
    Stream<DynamicTest> theHelpOfOperatorsCommandsTeaches() {
        return Stream.of(
                        "send",
                        "poll",
                        "watch",
                        "results",
                        "failed list",
                        "failed show",
                        "failed replay",
                        "cancel",
                        "audit")
                .map(command -> DynamicTest.dynamicTest(command, () -> {
                    StringWriter help = new StringWriter();
                    int code =
                            Main.commandLine().setOut(new PrintWriter(help)).execute((command + " --help").split(" "));

                    assertThat(code).isZero();
                    assertThat(help.toString())
                            .contains("Examples:", "  ./fleet " + command, "Exit codes:", "--config", "--output");
                }));
    }

    @Test
    void theCompletionKnowsEveryCommand() {
        assertThat(run("generate-completion")).isZero();
        assertThat(out.toString()).contains("watch", "replay", "OUTCOME_UNKNOWN", "--include-may-have-run");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed replay",
                "failed replay --number 0 --all",
                "failed replay --rate 0 --all",
                "failed list --since yesterday",
                "failed list --status BROKEN",
                "cancel",
                "audit",
                "watch --output yaml",
                "bench abuse --only kindness",
                "bench abuse --seconds 0"
            })
    void aWrongCommandLineDoesNothingAndEndsWithTwo(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(ExitCodes.MISUSED);
        assertThat(err.toString())
                .startsWith("fleet: ")
                .contains("--help says more")
                .doesNotContain("Usage:");
    }

    @Test
    void namesAreReadWhateverTheirCase() {
        CommandLine line = Main.commandLine();

        List<String> statuses = line.parseArgs("failed", "list", "--status", "expired,Failed", "--output", "json")
                .subcommand()
                .subcommand()
                .matchedOption("--status")
                .stringValues();

        assertThat(statuses).hasSize(2);
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
