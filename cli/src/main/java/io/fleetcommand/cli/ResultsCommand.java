package io.fleetcommand.cli;

import io.fleetcommand.operations.KeptResults;
import io.fleetcommand.operations.RequestOutcome;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists results. */
@Command(
        name = "results",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the results that are kept, the latest last.",
            "Options narrow them down, all of which must be met. The result topics are read as a whole, or what was"
                    + " written since --since. A command that SUCCEEDED ran; that it did what was wanted, only its return"
                    + " value says: --negative finds those whose firmware said no."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done, though there may be none", "1:the topics could not be read"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet results --negative --since 24h               what devices said no to",
            "  ./fleet results --negative --function unlock --output json | jq -r .device_id | sort | uniq -c",
            "  ./fleet results --device DEVICE --limit 10           the last ten of one device"
        })
final class ResultsCommand implements Callable<Integer> {
    private static final Comparator<RequestOutcome> BY_TIME = Comparator.comparing(RequestOutcome::at);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private FailedOptions kept;

    @Option(names = "--negative", description = "commands that ran and returned a negative number")
    private boolean negative;

    @Option(names = "--limit", defaultValue = "100", description = "show the latest so many (${DEFAULT-VALUE})")
    private int limit;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Progress progress = new Progress(spec.commandLine().getErr(), "records read");
        Latest<RequestOutcome> latest = new Latest<>(limit, BY_TIME);
        long unreadable = new KeptResults(cluster.kafka(), cluster.topics())
                .find(kept.filter(Instant.now()), progress::show, outcome -> {
                    if (!negative || outcome.returnedNegative()) {
                        latest.add(outcome);
                    }
                });
        progress.end();
        Unreadable.tell(unreadable, spec.commandLine().getErr());
        print(latest, spec.commandLine().getOut());
        return ExitCodes.DONE;
    }

    private void print(Latest<RequestOutcome> latest, PrintWriter out) {
        if (output.isJson()) {
            latest.inOrder().forEach(outcome -> out.println(Json.of(outcome.published())));
            out.flush();
            return;
        }
        Table table = new Table("finished", "status", "value", "device", "called", "requester", "request");
        for (RequestOutcome outcome : latest.inOrder()) {
            table.row(
                    outcome.at(),
                    outcome.status(),
                    outcome.value().map(String::valueOf).orElse(""),
                    outcome.deviceId(),
                    outcome.name(),
                    outcome.requester(),
                    outcome.requestId());
        }
        table.print(out);
        out.println(latest.count("results"));
        out.flush();
    }
}
