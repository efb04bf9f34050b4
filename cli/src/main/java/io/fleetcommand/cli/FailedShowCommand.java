package io.fleetcommand.cli;

import io.fleetcommand.operations.FailedRequests;
import io.fleetcommand.operations.Failure;
import io.fleetcommand.operations.Filter;
import io.fleetcommand.operations.ShellWord;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows all that is kept of a failed request. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows a failed request: why it failed, what was asked and what was answered.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:no failed request of that id is kept"},
        footerHeading = "%nExamples:%n",
        footer = {"  ./fleet failed show door-7", "  ./fleet failed show door-7 --output json | jq .request"})
final class FailedShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Parameters(index = "0", paramLabel = "ID", description = "request id")
    private String id;

    @Option(
            names = "--device",
            converter = DeviceId.class,
            description = "the device of the request; without it, all that used the id are shown")
    private Optional<String> device = Optional.empty();

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), "records read");
        List<Failure> found = new ArrayList<>();
        long unreadable = new FailedRequests(cluster.kafka(), cluster.topics())
                .find(Filter.of(id, device), progress::show, found::add);
        progress.end();
        Unreadable.tell(unreadable, spec.commandLine().getErr());
        for (Failure failure : found) {
            if (output.isJson()) {
                out.println(Json.of(failure.record()));
            } else {
                Fields.print(failure.record(), out);
                out.println();
            }
        }
        out.flush();
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("no failed request " + VisibleText.of(id) + " is kept; try ./fleet audit "
                            + ShellWord.argument(id));
        }
        return found.isEmpty() ? ExitCodes.FAILED : ExitCodes.DONE;
    }
}
