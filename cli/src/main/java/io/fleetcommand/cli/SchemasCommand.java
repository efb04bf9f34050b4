package io.fleetcommand.cli;

import io.fleetcommand.registry.SchemaPublication;
import io.fleetcommand.registry.SchemaPublication.Change;
import io.fleetcommand.registry.SchemaPublication.Guard;
import io.fleetcommand.service.VisibleText;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The schemas of all topics, as the registry ought to have them. */
@Command(
        name = "schemas",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Brings the schema registry to what this build needs.")
final class SchemasCommand {
    private static final int OK = 0;

    @Spec
    private CommandSpec spec;

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Registers the schema of every topic under its subject, and lets each subject take only "
                    + "successors that are BACKWARD compatible. What is right already stays; a stricter rule stands.")
    int apply(
            @Mixin ClusterOptions cluster,
            @Option(names = "--dry-run", description = "only show what is missing") boolean dryRun) {
        SchemaPublication schemas = new SchemaPublication(cluster.schemaRegistry());
        List<Change> missing = schemas.missing(cluster.topics().schemas());
        PrintWriter out = spec.commandLine().getOut();
        missing.forEach(change -> out.println(inWords(change)));
        if (!dryRun) {
            schemas.apply(missing);
        }
        out.println(
                missing.isEmpty()
                        ? "nothing to do: all schemas are there, and guarded"
                        : missing.size() + (dryRun ? " changes are missing" : " changes made"));
        return OK;
    }

    private static String inWords(Change change) {
        return change instanceof Guard guard
                ? change.subject() + ": compatibility " + VisibleText.of(guard.now()) + " -> "
                        + SchemaPublication.COMPATIBILITY
                : change.subject() + ": register its schema";
    }
}
