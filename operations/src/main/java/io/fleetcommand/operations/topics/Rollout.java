package io.fleetcommand.operations.topics;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MS = 100;

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
        Difference difference = difference(cluster);
        difference.leftAlone().forEach(line -> told.accept("= " + line));
        difference.refused().forEach(line -> told.accept("! " + line));
        if (!difference.refused().isEmpty()) {
            return Ending.REFUSED;
        }
        for (Change change : difference.changes()) {
            cluster.carryOut(change, dryRun);
            told.accept(change.text());
        }
        if (difference.changes().isEmpty()) {
            return Ending.AGREES;
        }
        if (dryRun) {
            return Ending.DIFFERS;
        }
        awaitAgreement(cluster);
        return Ending.AGREES;
    }

    private Difference difference(Cluster cluster) {
        return Difference.between(topics, rights, cluster.state(topics));
    }

    /** What a controller has taken reaches the brokers a little later. */
    private void awaitAgreement(Cluster cluster) {
        long endNanos = System.nanoTime() + TIMEOUT.toNanos();
        List<Change> missing = difference(cluster).changes();
        while (!missing.isEmpty()) {
            if (System.nanoTime() > endNanos) {
                throw new IllegalStateException("the cluster took all changes, but does not show this one after "
                        + TIMEOUT.toSeconds() + " s: " + missing.get(0).text());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the cluster to agree", ended);
            }
            missing = difference(cluster).changes();
        }
    }
}
