package io.fleetcommand.cli.topics;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;

/**
 * Makes a cluster agree with the files. Running it twice changes nothing the second time; nothing is ever deleted or
 * made smaller; and if any part of the files is refused, none of it is applied.
 *
 * @param rights empty to leave them alone
 * @param told each line for people, as it happens
 */
public record Rollout(List<TopicSpec> topics, Set<AclBinding> rights, Consumer<String> told) {
    /** What came of it. */
    public enum Ending {
        AGREES,
        DIFFERS,
        REFUSED
    }

    /**
     * @param dryRun whether the difference is only shown, and the brokers asked whether they would take it
     * @throws IllegalStateException if the cluster cannot be asked or refuses, saying what, and why
     */
    public Ending run(Admin admin, boolean dryRun) {
        Cluster cluster = new Cluster(admin);
        Difference difference = Difference.between(topics, rights, cluster.state(topics));
        difference.leftAlone().forEach(line -> told.accept("= " + line));
        difference.refused().forEach(line -> told.accept("! " + line));
        if (!difference.refused().isEmpty()) {
            return Ending.REFUSED;
        }
        for (Change change : difference.changes()) {
            cluster.carryOut(change, dryRun);
            told.accept(change.text());
        }
        return dryRun && !difference.changes().isEmpty() ? Ending.DIFFERS : Ending.AGREES;
    }
}
