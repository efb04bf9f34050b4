package io.fleetcommand.systemtest.bench;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many polls can wait in a heap of 512 MB, how fast they are taken in, and how long an URGENT command that is read
 * behind them waits for its call.
 *
 * @param waiting how many polls
 */
public record BacklogBench(int waiting) implements Bench {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int URGENT = 20;
    private static final Pattern HEAP_BEFORE_PAUSE = Pattern.compile("Pause.* (\\d+)M->\\d+M\\(");

    @Override
    public Map<String, Number> run(Installation installation, Consumer<String> tell) {
        Path gcLog = temporaryFile();
        StackOptions options = StackOptions.standard()
                .withSimulator("--devices", "10000", "--latency", "50ms+-0")
                .withProcessorJvm("-Xlog:gc:file=" + gcLog);
        try (LocalStack stack = LocalStack.start(installation, options)) {
            StackAddresses at = stack.addresses();
            Kafka kafka = new Kafka(at.bootstrapServers(), at.registry());
            List<Simulation.Device> fleet = new Simulation(at.control()).fleet();
            long startNanos = System.nanoTime();
            WaitingPolls polls = new WaitingPolls(waiting, at, TOPICS);
            polls.publish(kafka, fleet, tell);
            polls.awaitIntake(tell);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            long worst = worstUrgent(kafka, fleet, tell);
            Map<String, Number> figures = new LinkedHashMap<>();
            figures.put("waiting", waiting);
            figures.put("peak_heap_mb", peakHeap(gcLog));
            figures.put("urgent_first_call_ms", worst);
            figures.put("intake_per_second", Math.round(waiting / seconds));
            return figures;
        }
    }

    /** From publishing an URGENT command to its call, one after the other; the longest of all. */
    private long worstUrgent(Kafka kafka, List<Simulation.Device> fleet, Consumer<String> tell) {
        long worst = 0;
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            for (int number = 1; number <= URGENT; number++) {
                Instant now = Instant.now();
                DeviceCommand command = DeviceCommand.newBuilder()
                        .setRequestId("urgent-" + number)
                        .setDeviceId(fleet.get(number).id())
                        .setFunction("setLed")
                        .setPriority(Priority.URGENT)
                        .setCreatedAt(now)
                        .build();
                List<ExpectedRequest> one = List.of(new ExpectedRequest(
                        command,
                        command.getRequestId(),
                        command.getDeviceId(),
                        true,
                        false,
                        "",
                        Set.of(Status.SUCCEEDED)));
                publisher.publish(one);
                answers.awaitSome(one, 1, ANSWER);
                CommandResult result = answers.of(command.getRequestId()).stream()
                        .findFirst()
                        .map(answer -> (CommandResult) answer.published())
                        .orElseThrow(
                                () -> new IllegalStateException("an URGENT command got no answer within " + ANSWER));
                long calledAfterMs =
                        Duration.between(now, result.getFinishedAt()).toMillis() - result.getCloudMs();
                worst = Math.max(worst, calledAfterMs);
            }
        }
        tell.accept(URGENT + " URGENT commands were called, each within " + worst + " ms");
        return worst;
    }

    private static long peakHeap(Path gcLog) {
        try (var lines = Files.lines(gcLog)) {
            return lines.map(HEAP_BEFORE_PAUSE::matcher)
                    .filter(Matcher::find)
                    .mapToLong(match -> Long.parseLong(match.group(1)))
                    .max()
                    .orElse(0);
        } catch (IOException unreadable) {
            throw new IllegalStateException("the garbage collector's log " + gcLog + " cannot be read", unreadable);
        }
    }

    private static Path temporaryFile() {
        try {
            Path file = Files.createTempFile("fleet-gc-", ".log");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException failed) {
            throw new IllegalStateException("there is no room for a temporary file", failed);
        }
    }
}
