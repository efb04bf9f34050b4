package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.Main;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalProcessors;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.GuaranteeChecker;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A processor whose wall clock is set back an hour, with the monotonic clock left alone. */
@Tag("alone")
class ClockIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final Duration QUIET = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    @Test
    void endsWithinAMinuteAndAnswersWhenItIsStartedAgain() throws Exception {
        Optional<Path> library = library();
        assumeTrue(library.isPresent(), "libfaketime is not installed: apt-get install faketime");
        Path offset = folder.resolve("offset");
        setClock(offset, "+0s");
        try (LocalStack stack = LocalStack.start(
                Installation.find(), StackOptions.standard().withSimulator("--devices", "20", "--latency", "20ms"))) {
            Kafka kafka = new Kafka(
                    stack.addresses().bootstrapServers(), stack.addresses().registry());
            Simulation simulation = new Simulation(stack.addresses().control());
            List<Simulation.Device> fleet = simulation.fleet();
            Path settings = stack.logs().resolveSibling(LocalProcessors.name(1) + ".properties");
            stack.processors().terminate(1);
            try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                    Publisher publisher = new Publisher(kafka, TOPICS)) {
                Process processor = processor(library.get(), offset, settings, "first.log");
                List<ExpectedRequest> before = plan("before", fleet);
                publisher.publish(before);
                assertThat(answers.await(before, TIMEOUT, QUIET, done -> {}))
                        .as(() -> log("first.log"))
                        .isTrue();

                setClock(offset, "-3600s");
                List<ExpectedRequest> during = plan("during", fleet);
                publisher.publish(during);
                assertThat(processor.waitFor(60, TimeUnit.SECONDS))
                        .as(() -> "ended within a minute; " + log("first.log"))
                        .isTrue();
                assertThat(processor.exitValue()).isEqualTo(1);
                assertThat(log("first.log")).containsPattern("the wall clock was set back by 3(599|600|601) s");

                Process again = processor(library.get(), offset, settings, "second.log");
                List<ExpectedRequest> after = plan("after", fleet);
                publisher.publish(after);
                List<ExpectedRequest> all =
                        Stream.of(before, during, after).flatMap(List::stream).toList();
                assertThat(answers.await(all, TIMEOUT, QUIET, done -> {}))
                        .as(() -> log("second.log"))
                        .isTrue();
                assertThat(GuaranteeChecker.of(all, answers, simulation).broken())
                        .isEmpty();
                assertThat(again.isAlive()).isTrue();
                again.destroy();
                assertThat(again.waitFor(75, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static List<ExpectedRequest> plan(String run, List<Simulation.Device> fleet) {
        return new Workload(run, 7, Duration.ofSeconds(120), Duration.ofSeconds(10)).plan(100, fleet, Instant.now());
    }

    private Process processor(Path library, Path offset, Path settings, String log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile());
        builder.environment().put("LD_PRELOAD", library.toString());
        builder.environment().put("FAKETIME_TIMESTAMP_FILE", offset.toString());
        builder.environment().put("FAKETIME_CACHE_DURATION", "1");
        // Else each wait of the JVM, which is by the monotonic clock, ends at once.
        builder.environment().put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        return builder.start();
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException unreadable) {
            return name + ": " + unreadable;
        }
    }

    /** At once, so that nobody reads half of it. */
    private void setClock(Path offset, String value) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), value);
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<Path> library() throws IOException {
        for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"))) {
            try (Stream<Path> files =
                    Files.find(root, 3, (file, any) -> file.endsWith("faketime/libfaketimeMT.so.1"))) {
                Optional<Path> found = files.findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
