package io.fleetcommand.cli;

import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all commands share which publish a request. */
final class RequestOptions {
    @Mixin
    private ClusterOptions cluster;

    @Option(names = "--timeout", defaultValue = "60", description = "seconds to wait for the result (${DEFAULT-VALUE})")
    private long timeoutSeconds;

    @Option(names = "--deadline", defaultValue = "50", description = "seconds until it expires (${DEFAULT-VALUE})")
    private long deadlineSeconds;

    @Option(names = "--priority", defaultValue = "NORMAL", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Priority priority;

    @Option(names = "--topic", description = "request topic to write to, where the processor reads several")
    private Optional<String> topic = Optional.empty();

    @Mixin
    private OutputOption output;

    Kafka kafka() {
        return cluster.kafka();
    }

    /** Where the processor's policy is, if it is that of a stack of {@code up}. */
    Optional<Path> policyFile() {
        return cluster.policyFile();
    }

    Topics topics() {
        return cluster.topics();
    }

    /**
     * The topic to publish to.
     *
     * @throws IllegalStateException if it is none that the processor reads such requests from, or not clear which
     */
    String topic(boolean command, PrintWriter err) {
        RequestTopics requests = cluster.requests(err);
        List<String> known = command ? requests.commands() : requests.polls();
        String standard = command ? topics().commands() : topics().polls();
        String chosen = topic.orElse(known.size() == 1 ? known.get(0) : standard);
        if (!known.contains(chosen)) {
            throw new IllegalStateException((command ? "commands" : "polls") + " are read from " + known + ", not from "
                    + chosen + ": choose one by --topic");
        }
        return chosen;
    }

    Duration timeout() {
        return Duration.ofSeconds(timeoutSeconds);
    }

    Duration deadline() {
        return Duration.ofSeconds(deadlineSeconds);
    }

    Priority priority() {
        return priority;
    }

    OutputOption output() {
        return output;
    }
}
