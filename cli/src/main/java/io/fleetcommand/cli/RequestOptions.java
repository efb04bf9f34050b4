package io.fleetcommand.cli;

import io.fleetcommand.cli.load.Kafka;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Topics;
import java.time.Duration;
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

    @Mixin
    private OutputOption output;

    Kafka kafka() {
        return cluster.kafka();
    }

    Topics topics() {
        return cluster.topics();
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
