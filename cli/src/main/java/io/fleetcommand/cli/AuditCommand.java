package io.fleetcommand.cli;

import io.fleetcommand.operations.FoundRecord;
import io.fleetcommand.operations.RequestLookup;
import io.fleetcommand.operations.RequestTimeline;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells the story of one request. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Tells the whole story of one request.",
            "As far as its records are kept: when it was published and read, who claimed each attempt, what came of it,"
                    + " the answer and its timing, cancellations, replays and what operators did.",
            "With --device the device's partition of each topic is read, and those in which records of it were refused;"
                    + " without, all are. The same id at another device is another request: if there are several,"
                    + " --device has to say which is meant. A claim that lost, an outcome that does not count, or a"
                    + " cancellation that was refused, is told as such."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:told",
            "1:nothing is known of such a request",
            "2:the id is used at several devices, which are named"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet audit door-7",
            "  ./fleet audit door-7 --device DEVICE --since 7d      quicker on a large cluster",
            "  ./fleet audit door-7 --output json | jq -r .what"
        })
final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Parameters(index = "0", paramLabel = "ID", description = "request id")
    private String id;

    @Option(
            names = "--device",
            converter = DeviceId.class,
            description = "the device of the request; needed where the id is used at several")
    private Optional<String> device = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = PointInTime.Converter.class,
            description = "read records since: 15m, 2h or 7d ago, or 2026-11-25T07:30:00Z (all that are kept)")
    private Optional<PointInTime> since = Optional.empty();

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Progress progress = new Progress(spec.commandLine().getErr(), "records read");
        List<FoundRecord> found;
        long unreadable;
        try (RequestLookup inquiry = new RequestLookup(
                cluster.kafka(),
                cluster.topics(),
                cluster.requests(spec.commandLine().getErr()),
                since.map(time -> time.from(Instant.now())))) {
            found = inquiry.about(id, device, progress::show);
            unreadable = inquiry.unreadable();
        }
        progress.end();
        Unreadable.tell(unreadable, spec.commandLine().getErr());
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("nothing is known of request " + VisibleText.of(id)
                            + ": its records are no longer kept, or it was never published");
            return ExitCodes.FAILED;
        }
        Set<String> devices = RequestLookup.devices(id, found);
        if (devices.size() > 1) {
            spec.commandLine().getErr().println(Devices.choose(id, devices));
            return ExitCodes.MISUSED;
        }
        print(
                RequestTimeline.of(id, found).lines(),
                output.isJson(),
                spec.commandLine().getOut());
        return ExitCodes.DONE;
    }

    static void print(List<RequestTimeline.Line> lines, boolean json, PrintWriter out) {
        if (json) {
            lines.forEach(line -> out.println(
                    Json.object("at", line.at(), "what", line.what(), "who", line.who(), "text", line.text())));
            out.flush();
            return;
        }
        Table table = new Table("at", "what", "who", "");
        lines.forEach(line -> table.row(line.at(), line.what(), line.who(), line.text()));
        table.print(out);
    }
}
