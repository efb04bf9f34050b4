package io.fleetcommand.operations.topics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclBinding;

/**
 * What lies between the files and a cluster.
 *
 * @param changes what makes the cluster agree
 * @param refused what the files want and is not done, and why; then nothing else is done either
 * @param leftAlone what the cluster has beyond the files, or differently, and keeps
 */
record Difference(List<Change> changes, List<String> refused, List<String> leftAlone) {
    Difference {
        changes = List.copyOf(changes);
        refused = List.copyOf(refused);
        leftAlone = List.copyOf(leftAlone);
    }

    static Difference between(List<TopicSpec> topics, Set<AclBinding> rights, ClusterState found) {
        List<Change> changes = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> leftAlone = new ArrayList<>();
        for (TopicSpec wanted : topics) {
            TopicSpec there = found.topics().get(wanted.name());
            if (there == null) {
                changes.add(new Change.MakeTopic(wanted));
            } else {
                counts(wanted, there, changes, refused, leftAlone);
                config(wanted.withReplicas(there.replicas()), there.config(), changes);
            }
        }
        found.rights()
                .ifPresentOrElse(
                        granted -> rights(rights, granted, changes, leftAlone),
                        () -> leftAlone.add("the cluster checks no rights (it has no authorizer): none are granted"));
        return new Difference(changes, refused, leftAlone);
    }

    private static void counts(
            TopicSpec wanted, TopicSpec there, List<Change> changes, List<String> refused, List<String> leftAlone) {
        String name = wanted.name();
        if (there.partitions() > wanted.partitions()) {
            refused.add(name + " has " + there.partitions() + " partitions and the file says " + wanted.partitions()
                    + ": Kafka cannot take partitions away. Correct the file");
        } else if (there.partitions() < wanted.partitions() && wanted.countFixed()) {
            refused.add(name + " has " + there.partitions() + " partitions and the file says " + wanted.partitions()
                    + ": its keys would move to other partitions, away from what is known of them. Correct the file, or"
                    + " make new topics under another prefix");
        } else if (there.partitions() < wanted.partitions()) {
            changes.add(new Change.AddPartitions(name, there.partitions(), wanted.partitions()));
        }
        if (there.replicas() != wanted.replicas()) {
            leftAlone.add("topic " + name + " has " + there.replicas() + " replicas, the file says " + wanted.replicas()
                    + ": move them with kafka-reassign-partitions");
        }
    }

    private static void config(TopicSpec wanted, Map<String, String> there, List<Change> changes) {
        new TreeMap<>(wanted.config()).forEach((key, value) -> {
            String now = there.getOrDefault(key, "");
            if (!now.equals(value)) {
                changes.add(new Change.SetConfig(wanted.name(), key, now, value));
            }
        });
    }

    private static void rights(
            Set<AclBinding> wanted, Set<AclBinding> granted, List<Change> changes, List<String> leftAlone) {
        wanted.stream()
                .filter(right -> !granted.contains(right))
                .forEach(right -> changes.add(new Change.Grant(right)));
        Set<String> principals =
                wanted.stream().map(right -> right.entry().principal()).collect(Collectors.toSet());
        granted.stream()
                .filter(right -> !wanted.contains(right)
                        && principals.contains(right.entry().principal()))
                .map(right -> "right that is in no file: " + AclsFile.text(right))
                .sorted(Comparator.naturalOrder())
                .forEach(leftAlone::add);
    }
}
