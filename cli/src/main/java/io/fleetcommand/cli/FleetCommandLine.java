package io.fleetcommand.cli;

import io.fleetcommand.text.VisibleText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: the commands for a cluster, to which other programs add theirs. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Runs, uses and checks the Fleet Command Processor.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it could not be done, was not found, or did not succeed",
            "2:the command line is wrong, or was not confirmed; nothing was done",
            "3:no result came in time; it may still come"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet doctor                        what is wrong, and what to do",
            "  ./fleet send DEVICE setLed on         one command and its result",
            "  ./fleet watch                         results as they come",
            "  ./fleet failed list --since 2h        what did not succeed",
            "  ./fleet results --negative            what ran, and returned a negative number",
            "  ./fleet audit ID                      the whole story of one request",
            "  source <(./fleet generate-completion) completion for bash and zsh",
            "",
            "Every command explains itself with --help."
        },
        subcommands = {
            SendCommand.class,
            PollCommand.class,
            WatchCommand.class,
            ResultsCommand.class,
            FailedCommand.class,
            CancelCommand.class,
            AuditCommand.class,
            TopicsCommand.class,
            SchemasCommand.class,
            PolicyCommand.class,
            TokenCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            GenerateCompletion.class
        })
public final class FleetCommandLine {
    private static final int HELP_WIDTH = 110;
    private static final int LONGEST_MESSAGE = 10_000;
    private static final int DEEPEST_CAUSE = 20;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show stack traces")
    private boolean debug;

    private FleetCommandLine() {}

    /** Executes the command that was typed, on the streams of this process; gives the exit code. */
    public static int run(String[] arguments, Object... moreCommands) {
        return run(
                create(moreCommands).setOut(writer(FileDescriptor.out)).setErr(writer(FileDescriptor.err)), arguments);
    }

    private static int run(CommandLine line, String[] arguments) {
        String[] typed;
        try {
            typed = Arguments.read(arguments);
        } catch (IllegalArgumentException unreadable) {
            line.getErr().println("fleet: " + said(unreadable));
            return ExitCodes.MISUSED;
        }
        return line.execute(typed);
    }

    /** Writes in the locale's character set; in UTF-8 where that is none but ASCII, which knows too few letters. */
    private static PrintWriter writer(FileDescriptor stream) {
        Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        Charset used = locale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : locale;
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(stream), used), true);
    }

    /**
     * The command line, ready to be executed.
     *
     * @param moreCommands annotated with {@link Command}
     */
    public static CommandLine create(Object... moreCommands) {
        FleetCommandLine main = new FleetCommandLine();
        CommandLine line = new CommandLine(main);
        Stream.of(moreCommands).forEach(line::addSubcommand);
        // The settings reach only those subcommands that are there already.
        line.setCaseInsensitiveEnumValuesAllowed(true)
                // An argument for a device may begin with @; it names no file of further arguments.
                .setExpandAtFiles(false)
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler((wrong, arguments) -> misused(wrong));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("fleet: " + said(failure));
            if (main.debug) {
                trace(failure, command.getErr());
            }
            return ExitCodes.FAILED;
        });
        return line;
    }

    private static String said(Throwable failure) {
        String message = Optional.ofNullable(failure.getMessage())
                .orElseGet(() -> failure.getClass().getSimpleName());
        // The end of a log has lines of its own; in any other message a line end would be somebody else's.
        return failure instanceof MultiLineMessage
                ? message.lines()
                        .map(line -> VisibleText.of(line, LONGEST_MESSAGE))
                        .collect(Collectors.joining(System.lineSeparator()))
                : VisibleText.of(message, LONGEST_MESSAGE);
    }

    /** As Java prints one, but that its messages are made visible. */
    private static void trace(Throwable failure, PrintWriter err) {
        Optional<Throwable> next = Optional.of(failure);
        for (int depth = 0; next.isPresent() && depth < DEEPEST_CAUSE; depth++) {
            Throwable thrown = next.get();
            err.println((depth == 0 ? "" : "caused by ") + thrown.getClass().getName() + ": " + said(thrown));
            Stream.of(thrown.getStackTrace()).forEach(frame -> err.println("    at " + frame));
            next = Optional.ofNullable(thrown.getCause());
        }
    }

    private static int misused(CommandLine.ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        command.getErr().println("fleet: " + said(wrong));
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        command.getErr().println("./" + command.getCommandSpec().qualifiedName() + " --help says more, with examples");
        return ExitCodes.MISUSED;
    }
}
