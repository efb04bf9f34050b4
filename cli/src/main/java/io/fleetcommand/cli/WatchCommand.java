package io.fleetcommand.cli;

import io.fleetcommand.operations.Filter;
import io.fleetcommand.operations.LiveResults;
import io.fleetcommand.operations.RequestOutcome;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows results as they come. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = {
            "Shows results as they come, until Ctrl-C.",
            "Only committed results are shown, each once; options narrow them down, all of which must be met."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:as many results as --count says were shown", "3:they did not come within --for"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet watch                                        everything",
            "  ./fleet watch --status REJECTED,OUTCOME_UNKNOWN      what went wrong",
            "  ./fleet watch --negative                             commands that ran, and whose firmware said no",
            "  ./fleet watch --device DEVICE --count 1 --for 60     the next result of one device, or exit code 3",
            "  ./fleet watch --variable temperature --output json | jq .value"
        })
final class WatchCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final String ROW = "%-24s  %-15s  %-24s  %-20s  %s%n";
    private static final int LONGEST = 1_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutcomeOptions endings;

    @Option(names = "--negative", description = "commands that ran and returned a negative number")
    private boolean negative;

    @Option(names = "--count", paramLabel = "N", description = "end after so many results")
    private Optional<Long> count = Optional.empty();

    @Option(names = "--for", paramLabel = "SECONDS", description = "end after so long")
    private Optional<Long> seconds = Optional.empty();

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Filter filter = endings.filter();
        long startNanos = System.nanoTime();
        long shown = 0;
        long unreadable = 0;
        try (LiveResults results = LiveResults.open(cluster.kafka(), cluster.topics())) {
            if (!output.isJson()) {
                out.printf(ROW, "finished", "status", "device", "called", "request");
                out.flush();
            }
            while (isTimeLeft(startNanos)) {
                for (RequestOutcome outcome : results.next(LOOK_EVERY)) {
                    if (filter.matches(outcome) && (!negative || outcome.returnedNegative())) {
                        show(outcome, out);
                        shown++;
                    }
                    if (count.isPresent() && shown >= count.get()) {
                        return ExitCodes.DONE;
                    }
                }
                Unreadable.tell(
                        results.unreadable() - unreadable, spec.commandLine().getErr());
                unreadable = results.unreadable();
            }
        }
        return count.isPresent() ? ExitCodes.NO_RESULT : ExitCodes.DONE;
    }

    private boolean isTimeLeft(long startNanos) {
        return seconds.map(limit -> System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(limit))
                .orElse(true);
    }

    private void show(RequestOutcome outcome, PrintWriter out) {
        out.print(output.isJson() ? Json.of(outcome.published()) + "\n" : line(outcome));
        out.flush();
    }

    static String line(RequestOutcome outcome) {
        String value = outcome.value().map(found -> "  = " + found).orElse("");
        String why = value + (outcome.detail().isEmpty() ? "" : "  " + outcome.detail());
        return Colour.statuses(String.format(
                ROW,
                outcome.at(),
                outcome.status(),
                shown(outcome.deviceId()),
                shown(outcome.name()),
                shown(outcome.requestId()) + shown(why)));
    }

    private static String shown(String text) {
        return VisibleText.of(text, LONGEST);
    }
}
