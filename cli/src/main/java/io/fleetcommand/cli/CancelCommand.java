package io.fleetcommand.cli;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.AuditedPublisher.Deed;
import io.fleetcommand.operations.OpenRequests.Open;
import io.fleetcommand.operations.Operator;
import io.fleetcommand.operations.RequestLookup;
import io.fleetcommand.operations.ShellWord;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks that requests not be run. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = {
            "Cancels requests: those of the ids, or all that a device has open.",
            "A request that was not sent yet ends as CANCELLED. A call that is under way is not stopped; its result then"
                    + " says that the cancellation came too late.",
            "What a device has open is found from the request topics, less what was answered or refused at first sight"
                    + " (a refusal is of one record: the same id may be open by another): only requests since"
                    + " --since that the topics still keep, and none that is published while this runs. One partition"
                    + " of each topic is read. An id without --device is looked up in all partitions;"
                    + " if it is used at several devices, --device has to say which is meant."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:published, or the device has nothing open",
            "1:a request was not found, or is one of several devices, or Kafka refused",
            "2:neither an id nor a device was given, or it was not confirmed; nothing was done"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet cancel door-7                             looked up in the request topics",
            "  ./fleet cancel door-7 door-8 --device DEVICE      at once",
            "  ./fleet cancel --device DEVICE --dry-run          what the device has open"
        })
final class CancelCommand implements Callable<Integer> {
    private static final double PER_SECOND = 1_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "request ids")
    private List<String> ids = List.of();

    @Option(
            names = "--device",
            converter = DeviceId.class,
            description = "the device of the ids; without ids, all that it has open")
    private Optional<String> device = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = PointInTime.Converter.class,
            description = "look at requests published since (${DEFAULT-VALUE} ago)")
    private PointInTime since;

    @Mixin
    private OperatorOptions operator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        if (ids.isEmpty() && device.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "say what to cancel: request ids, or --device");
        }
        Instant now = Instant.now();
        Kafka kafka = cluster.kafka();
        Topics topics = cluster.topics();
        Progress progress = new Progress(spec.commandLine().getErr(), "records read");
        List<Open> requests;
        RequestTopics read = cluster.requests(spec.commandLine().getErr());
        long unreadable;
        try (RequestLookup inquiry = new RequestLookup(kafka, topics, read, Optional.of(since.from(now)))) {
            requests =
                    ids.isEmpty() ? inquiry.open(device.orElseThrow(), progress::show) : named(inquiry, progress, now);
            unreadable = inquiry.unreadable();
        }
        progress.end();
        Unreadable.tell(unreadable, spec.commandLine().getErr());
        show(requests);
        if (operator.isDryRun() || requests.isEmpty()) {
            return ExitCodes.DONE;
        }
        if (ids.isEmpty() && !operator.isConfirmed("Cancel these " + requests.size() + " requests?")) {
            spec.commandLine().getErr().println("not confirmed, nothing was published; in scripts add --yes");
            return ExitCodes.MISUSED;
        }
        publish(requests, kafka, topics);
        return ExitCodes.DONE;
    }

    private List<Open> named(RequestLookup inquiry, Progress progress, Instant now) {
        List<Open> requests = new ArrayList<>();
        for (String id : ids) {
            requests.add(device.map(known -> new Open(id, known, true, "", now))
                    .orElseGet(() -> only(id, inquiry.requests(id, progress::show), since.from(now))));
        }
        return requests;
    }

    /** The one request that an id can mean. */
    private static Open only(String id, List<Open> found, Instant from) {
        if (found.isEmpty()) {
            throw new IllegalStateException("request " + VisibleText.of(id) + " is not in the request topics since "
                    + from + "; look further back by --since, or give its --device. Nothing was cancelled");
        }
        if (found.size() > 1) {
            throw new IllegalStateException(
                    Devices.choose(id, found.stream().map(Open::deviceId).toList()) + ". Nothing was cancelled");
        }
        return found.get(0);
    }

    private void publish(List<Open> requests, Kafka kafka, Topics topics) {
        Operator who = operator.operator(topics);
        String how = "fleet cancel" + (ids.isEmpty() ? " --device " + ShellWord.of(device.orElseThrow()) : "");
        List<Deed> deeds = requests.stream()
                .map(request -> who.cancellation(request, how, Instant.now()))
                .toList();
        new Publication(spec, output)
                .publish(
                        kafka,
                        deeds,
                        PER_SECOND,
                        deeds.size() + " cancellations published by " + who.name()
                                + "; ./fleet audit ID says what became of a request");
    }

    private void show(List<Open> requests) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            requests.forEach(request -> out.println(Json.object(
                    "request_id", request.requestId(), "device_id", request.deviceId(), "called", request.name())));
        } else if (requests.isEmpty()) {
            out.println("device " + VisibleText.of(device.orElseThrow()) + " has no open request");
        } else {
            Table table = new Table("device", "called", "created", "request");
            requests.forEach(
                    request -> table.row(request.deviceId(), request.name(), request.createdAt(), request.requestId()));
            table.print(out);
        }
        out.flush();
    }
}
