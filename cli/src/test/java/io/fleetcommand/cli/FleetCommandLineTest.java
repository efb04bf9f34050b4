package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

class FleetCommandLineTest {
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
                    int code = FleetCommandLine.create()
                            .setOut(new PrintWriter(help))
                            .execute((command + " --help").split(" "));

                    assertThat(code).isZero();
                    assertThat(help.toString())
                            .contains("Examples:", "  ./fleet " + command, "Exit codes:", "--config", "--output");
                }));
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("fleet \\d+\\.\\d+\\.\\d+\\S*\\R");
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
                "watch --output yaml"
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
        CommandLine line = FleetCommandLine.create();

        List<String> statuses = line.parseArgs("failed", "list", "--status", "expired,Failed", "--output", "json")
                .subcommand()
                .subcommand()
                .matchedOption("--status")
                .stringValues();

        assertThat(statuses).hasSize(2);
    }

    @Test
    void everyDeviceIdThatIsTypedIsReadInSmallLetters() {
        List<ArgSpec> devices = all(FleetCommandLine.create())
                .flatMap(line -> line.getCommandSpec().args().stream())
                .filter(arg -> arg instanceof OptionSpec option
                        ? option.longestName().equals("--device")
                        : arg.paramLabel().equals("DEVICE"))
                .toList();
        assertThat(devices)
                .hasSize(10)
                .allSatisfy(arg -> assertThat(arg.converters()).hasAtLeastOneElementOfType(DeviceId.class));

        ParseResult parsed = FleetCommandLine.create().parseArgs("failed", "list", "--device", "E00FCE68,E00fce69");
        assertThat(parsed.subcommand().subcommand().matchedOption("--device").<Set<String>>getValue())
                .containsExactlyInAnyOrder("e00fce68", "e00fce69");
        assertThat(FleetCommandLine.create()
                        .parseArgs("send", "E00FCE68", "setLed", "ON")
                        .subcommand()
                        .matchedPositional(0)
                        .<String>getValue())
                .isEqualTo("e00fce68");
    }

    @Test
    void anArgumentThatBeginsWithAnAtSignIsNoFileOfArguments(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("home"), "another argument");

        ParseResult parsed = FleetCommandLine.create()
                .parseArgs("send", "e00fce68", "@@home", "@" + file)
                .subcommand();

        assertThat(parsed.matchedPositional(1).<String>getValue()).isEqualTo("@@home");
        assertThat(parsed.matchedPositional(2).<String>getValue()).isEqualTo("@" + file);
    }

    private static Stream<CommandLine> all(CommandLine line) {
        return Stream.concat(
                Stream.of(line), line.getSubcommands().values().stream().flatMap(FleetCommandLineTest::all));
    }

    private int run(String... arguments) {
        return FleetCommandLine.create()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
