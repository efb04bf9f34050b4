package io.fleetcommand.cli;

import io.fleetcommand.operations.FailedRequests;
import io.fleetcommand.operations.Failure;
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

/** Lists failed requests. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the failed requests that are kept, the latest last.",
            "Options narrow them down, all of which must be met. The whole topic is read, or what was written since"
                    + " --since. A command that ran is not among them, whatever it returned: see ./fleet results --negative."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done, though there may be none", "1:the topic could not be read"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet failed list --status EXPIRED,FAILED --since 24h",
            "  ./fleet failed list --requester billing --function unlock",
            "  ./fleet failed list --output json | jq -r .reason | sort | uniq -c"
        })
final class FailedListCommand implements Callable<Integer> {
    private static final Comparator<Failure> BY_TIME =
            Comparator.comparing(failure -> failure.record().getFailedAt());

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private FailedOptions failed;

    @Option(names = "--limit", defaultValue = "100", description = "show the latest so many (${DEFAULT-VALUE})")
    private int limit;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Progress progress = new Progress(spec.commandLine().getErr(), "records read");
        Latest<Failure> latest = new Latest<>(limit, BY_TIME);
        long unreadable = new FailedRequests(cluster.kafka(), cluster.topics())
                .find(failed.filter(Instant.now()), progress::show, latest::add);
        progress.end();
        Unreadable.tell(unreadable, spec.commandLine().getErr());
        print(latest, spec.commandLine().getOut());
        return ExitCodes.DONE;
    }

    private void print(Latest<Failure> latest, PrintWriter out) {
        if (output.isJson()) {
            latest.inOrder().forEach(failure -> out.println(Json.of(failure.record())));
            out.flush();
            return;
        }
        Table table = new Table("failed", "status", "reason", "device", "called", "requester", "request");
        for (Failure failure : latest.inOrder()) {
            RequestOutcome outcome = failure.outcome();
            table.row(
                    outcome.at(),
                    outcome.status(),
                    outcome.reason(),
                    outcome.deviceId(),
                    outcome.name(),
                    outcome.requester(),
                    outcome.requestId());
        }
        table.print(out);
        out.println(latest.count("failed requests"));
        out.flush();
    }
}
