package io.fleetcommand.cli;

import io.fleetcommand.operations.AuditedPublisher;
import io.fleetcommand.operations.AuditedPublisher.Deed;
import io.fleetcommand.operations.kafka.Kafka;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The last step of a command by which an operator acts: publishes the deeds, shows how far it is, and says so. */
final class Publication {
    private final CommandSpec spec;
    private final OutputOption output;

    Publication(CommandSpec spec, OutputOption output) {
        this.spec = spec;
        this.output = output;
    }

    /**
     * @param perSecond at most so many deeds, above 0
     * @param said to people once all is published
     * @throws IllegalStateException if one could not be published, saying how many were
     */
    void publish(Kafka kafka, List<Deed> deeds, double perSecond, String said) {
        Progress progress = new Progress(spec.commandLine().getErr(), "published");
        try (AuditedPublisher outbox = new AuditedPublisher(kafka)) {
            outbox.publish(deeds, perSecond, progress::show);
        } finally {
            progress.end();
        }
        if (!output.isJson()) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(said);
            out.flush();
        }
    }
}
