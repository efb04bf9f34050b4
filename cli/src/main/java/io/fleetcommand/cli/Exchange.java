package io.fleetcommand.cli;

import io.fleetcommand.model.Status;
import io.fleetcommand.operations.RequestExchange;
import io.fleetcommand.operations.RequestOutcome;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
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
        try (RequestExchange exchange = RequestExchange.open(options.kafka(), options.topics())) {
            Optional<RequestOutcome> outcome =
                    exchange.exchange(topic, new RequestKey(device, id), request, options.timeout());
            if (outcome.isEmpty()) {
                out.println("request " + id + " has no result after "
                        + options.timeout().toSeconds() + " s; it is not lost: its result will be on the result topic");
                return ExitCodes.NO_RESULT;
            }
            SpecificRecord result = outcome.get().published();
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
            return outcome.get().status() == Status.SUCCEEDED ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }
}
