package io.fleetcommand.cli;

import io.fleetcommand.operations.topics.TopicSchemas;
import io.fleetcommand.registry.SchemaPublication;
import io.fleetcommand.registry.SchemaPublication.Change;
import io.fleetcommand.registry.SchemaPublication.Guard;
import io.fleetcommand.registry.SchemaPublication.Overtaken;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
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
    private static final int FOUND = 1;

    @Spec
    private CommandSpec spec;

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description =
                    "Registers the schema of every topic under its subject, and guards each subject: request topics"
                            + " take only successors that are FULL_TRANSITIVE compatible, the others BACKWARD. What is right"
                            + " already stays; a stricter rule stands.")
    int apply(
            @Mixin ClusterOptions cluster,
            @Option(names = "--dry-run", description = "only show what is missing") boolean dryRun) {
        SchemaPublication registry = new SchemaPublication(cluster.schemaRegistry());
        Map<String, Schema> schemas = schemas(cluster);
        List<Change> missing = registry.missing(schemas);
        PrintWriter out = spec.commandLine().getOut();
        missing.forEach(change -> out.println(inWords(change)));
        if (!dryRun) {
            registry.apply(missing);
        }
        registry.overtaken(schemas).forEach(overtaken -> out.println(inWords(overtaken)));
        out.println(
                missing.isEmpty()
                        ? "nothing to do: all schemas are there, and guarded"
                        : missing.size() + (dryRun ? " changes are missing" : " changes made"));
        return OK;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Shows what apply would change, and subjects whose latest version is not this build's; changes"
                            + " nothing. Exit code 1: there is something to show.")
    int check(@Mixin ClusterOptions cluster) {
        SchemaPublication registry = new SchemaPublication(cluster.schemaRegistry());
        Map<String, Schema> schemas = schemas(cluster);
        List<Change> missing = registry.missing(schemas);
        List<Overtaken> overtaken = registry.overtaken(schemas);
        PrintWriter out = spec.commandLine().getOut();
        missing.forEach(change -> out.println(inWords(change)));
        overtaken.forEach(one -> out.println(inWords(one)));
        if (missing.isEmpty() && overtaken.isEmpty()) {
            out.println("all schemas are there, guarded, and the latest of their subjects");
            return OK;
        }
        return FOUND;
    }

    private Map<String, Schema> schemas(ClusterOptions cluster) {
        return TopicSchemas.of(
                cluster.topics(), cluster.requests(spec.commandLine().getErr()));
    }

    private static String inWords(Change change) {
        return change instanceof Guard guard
                ? change.subject() + ": compatibility " + VisibleText.of(guard.now()) + " -> " + guard.wanted()
                : change.subject() + ": register its schema";
    }

    private static String inWords(Overtaken overtaken) {
        return "WARNING " + overtaken.subject() + ": its latest version is " + overtaken.version()
                + ", and this build's is " + overtaken.ours() + ". Clients that write by the latest version "
                + (overtaken.dropped().isEmpty()
                        ? "use another schema than this build's; it lacks no field, so a newer build may have registered it"
                        : "drop " + String.join(", ", overtaken.dropped())
                                + ". If no newer build registered it, delete version " + overtaken.version()
                                + " of the subject (DELETE /subjects/" + overtaken.subject() + "/versions/"
                                + overtaken.version() + "): records that were written by it stay readable");
    }
}
