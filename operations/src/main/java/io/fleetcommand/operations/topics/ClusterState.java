package io.fleetcommand.operations.topics;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;

/**
 * What a cluster has.
 *
 * @param topics by name, of those that were asked for
 * @param rights all of them; empty if the cluster checks none
 */
record ClusterState(Map<String, TopicSpec> topics, Optional<Set<AclBinding>> rights) {
    ClusterState {
        topics = Map.copyOf(topics);
    }
}
