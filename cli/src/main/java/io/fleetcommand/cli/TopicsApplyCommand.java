package io.fleetcommand.cli;

import io.fleetcommand.operations.topics.AclsFile;
import io.fleetcommand.operations.topics.Names;
import io.fleetcommand.operations.topics.Rollout;
import io.fleetcommand.operations.topics.TopicSpec;
import io.fleetcommand.operations.topics.TopicsFile;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a cluster's topics and rights agree with the files. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a cluster's topics and rights agree with the files. What is there beyond them is shown and left"
                    + " alone; nothing is deleted or made smaller. Who runs this must be a super user.",
            "Exit code: 0 the cluster agrees now, 1 it cannot, 3 it does not yet (with --dry-run)."
        })
final class TopicsApplyCommand implements Callable<Integer> {
    private static final int DIFFERS = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Option(names = "--dry-run", description = "show the difference, have the brokers check it, and change nothing")
    private boolean dryRun;

    @Option(
            names = "--topics",
            paramLabel = "FILE",
            defaultValue = "${sys:fleet.home:-.}/deploy/topics.yaml",
            description = "the topics (deploy/topics.yaml)")
    private Path topicsFile;

    @Option(
            names = "--acls",
            paramLabel = "FILE",
            defaultValue = "${sys:fleet.home:-.}/deploy/acls.yaml",
            description = "the rights (deploy/acls.yaml)")
    private Path aclsFile;

    @Option(
            names = "--application-id",
            defaultValue = "fleet-processor",
            description = "of the processors (${DEFAULT-VALUE})")
    private String application;

    @Option(names = "--partitions", description = "instead of the file's number, for topics that name none")
    private Optional<Integer> partitions;

    @Option(
            names = "--replicas",
            description = "instead of the file's number; min.insync.replicas is lowered to what they allow")
    private Optional<Short> replicas;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Names names = new Names(cluster.topics().prefix(), application);
        TopicsFile file = TopicsFile.read(topicsFile);
        Rollout rollout = new Rollout(
                file.withCounts(partitions.orElse(file.partitions()), replicas.orElse(file.replicas()))
                        .topics(names),
                AclsFile.read(aclsFile).bindings(names),
                line -> out.println(VisibleText.of(line)));
        try (Admin admin = Admin.create(cluster.admin())) {
            Rollout.Ending ending = rollout.run(admin, dryRun);
            requestTopicsBeside(file.topics(names))
                    .forEach(topic -> out.println("note: the processor reads " + topic + ", which " + topicsFile
                            + " does not have: nothing is done about it"));
            out.println(verdict(ending));
            return code(ending);
        }
    }

    private List<String> requestTopicsBeside(List<TopicSpec> topics) {
        RequestTopics requests = cluster.requests(spec.commandLine().getErr());
        Set<String> names = topics.stream().map(TopicSpec::name).collect(Collectors.toSet());
        return Stream.concat(requests.commands().stream(), requests.polls().stream())
                .filter(topic -> !names.contains(topic))
                .toList();
    }

    private String verdict(Rollout.Ending ending) {
        return switch (ending) {
            case AGREES -> "the cluster agrees with the files";
            case DIFFERS -> "nothing was changed; without --dry-run this would be";
            case REFUSED -> "nothing was changed: the lines that begin with ! cannot be done";
        };
    }

    private static int code(Rollout.Ending ending) {
        return switch (ending) {
            case AGREES -> 0;
            case DIFFERS -> DIFFERS;
            case REFUSED -> 1;
        };
    }
}
