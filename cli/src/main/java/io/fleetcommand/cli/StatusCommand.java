package io.fleetcommand.cli;

import io.fleetcommand.operations.status.Instances;
import io.fleetcommand.operations.status.StatusReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How the instances of the processor stand. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Asks all instances of the processor how they stand: queue depth by priority, calls in flight, the oldest"
                    + " request that waits, quota used, devices that back off, the breaker, the token.",
            "They are found by the addresses of their ops ports: --instance, else fleet.instances in the file of"
                    + " --config, else those of ./fleet up. A host name stands for all of its addresses.",
            "Exit code 0: all answered and none is in trouble; 1: some did not or are; the rest is shown all the same."
        })
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Option(
            names = "--instance",
            paramLabel = "URL",
            description = "ops address of an instance, such as http://processor:8081; may be given more than once")
    private List<String> instances = List.of();

    @Option(names = "--timeout", defaultValue = "5", description = "seconds to wait for each (${DEFAULT-VALUE})")
    private long timeoutSeconds;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        StatusReport report = new StatusReport(new Instances(Duration.ofSeconds(timeoutSeconds))
                .ask(instances.isEmpty() ? cluster.instances() : instances));
        spec.commandLine().getOut().println(output.isJson() ? report.json() : report.table());
        spec.commandLine().getOut().flush();
        return report.isGood() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
