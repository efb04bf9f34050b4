package io.fleetcommand.cli;

import io.fleetcommand.cli.load.ExpectedRequest;
import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.cli.load.Publisher;
import io.fleetcommand.cli.load.ResultCollector;
import io.fleetcommand.model.Status;
import io.fleetcommand.service.VisibleText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Model.CommandSpec;

/** One request and its answer. */
final class Exchange {
    private Exchange() {}

    /** Publishes a request, waits for its result and prints it; gives the exit code. */
    static int run(
            CommandSpec spec,
            RequestOptions options,
            SpecificRecord request,
            String id,
            String device,
            boolean command) {
        PrintWriter out = spec.commandLine().getOut();
        String topic = options.topic(command, spec.commandLine().getErr());
        Kafka kafka = options.kafka();
        ExpectedRequest planned = new ExpectedRequest(request, id, device, command, false, "", Set.of());
        try (ResultCollector answers = ResultCollector.open(kafka, options.topics());
                Publisher publisher = new Publisher(kafka, topic, topic)) {
            publisher.publish(List.of(planned));
            if (!answers.await(List.of(planned), options.timeout(), Duration.ZERO, done -> {})) {
                out.println("request " + id + " has no result after "
                        + options.timeout().toSeconds() + " s; it is not lost: its result will be on the result topic");
                return ExitCodes.NO_RESULT;
            }
            SpecificRecord result = answers.of(id).get(0).published();
            if (options.output().isJson()) {
                out.println(Json.of(result));
            } else {
                Fields.print(result, out);
            }
            out.flush();
            RuleHint.of(result, topic, options.priority()).ifPresent(rule -> {
                PrintWriter err = spec.commandLine().getErr();
                err.println("The policy does not allow this. A rule that would, below \"rules:\" in "
                        + options.policyFile().map(Path::toString).orElse("the processor's policy.file") + ":");
                err.println("  " + VisibleText.of(rule));
                err.flush();
            });
            return answers.of(id).get(0).status() == Status.SUCCEEDED ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }
}
