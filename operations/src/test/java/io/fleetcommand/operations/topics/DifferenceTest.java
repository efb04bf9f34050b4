package io.fleetcommand.operations.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final AclBinding READS = right("User:reader", AclOperation.READ);
    private static final AclBinding WRITES = right("User:reader", AclOperation.WRITE);
    private static final AclBinding SOMEBODY_ELSES = right("User:else", AclOperation.READ);

    @Test
    void anEmptyClusterIsGivenEverything() {
        Difference difference =
                Difference.between(List.of(topic(3, false)), Set.of(READS), new ClusterState(Map.of(), granted()));

        assertThat(difference.changes())
                .containsExactly(new Change.MakeTopic(topic(3, false)), new Change.Grant(READS));
        assertThat(difference.changes())
                .extracting(Change::text)
                .containsExactly(
                        "+ topic t: 3 partitions, 1 replicas, retention.ms=10",
                        "+ right User:reader may READ topic fleet.*");
        assertThat(difference.refused()).isEmpty();
        assertThat(difference.leftAlone()).isEmpty();
    }

    @Test
    void aClusterThatAgreesIsGivenNothing() {
        Difference difference = Difference.between(
                List.of(topic(3, true)), Set.of(READS), new ClusterState(there(topic(3, false)), granted(READS)));

        assertThat(difference).isEqualTo(new Difference(List.of(), List.of(), List.of()));
    }

    @Test
    void partitionsAreNeverTakenAway() {
        Difference difference = Difference.between(
                List.of(topic(2, false)), Set.of(), new ClusterState(there(topic(3, false)), granted()));

        assertThat(difference.changes()).isEmpty();
        assertThat(difference.refused())
                .containsExactly(
                        "t has 3 partitions and the file says 2: Kafka cannot take partitions away. Correct the file");
    }

    @Test
    void aTopicWhoseKeysMustStayWhereTheyAreDoesNotGrow() {
        Difference difference = Difference.between(
                List.of(topic(4, true)), Set.of(), new ClusterState(there(topic(3, false)), granted()));

        assertThat(difference.changes()).isEmpty();
        assertThat(difference.refused()).singleElement().asString().contains("its keys would move");
    }

    @Test
    void anyOtherTopicGrows() {
        Difference difference = Difference.between(
                List.of(topic(4, false)), Set.of(), new ClusterState(there(topic(3, false)), granted()));

        assertThat(difference.changes()).containsExactly(new Change.AddPartitions("t", 3, 4));
        assertThat(difference.refused()).isEmpty();
    }

    @Test
    void aSettingThatDiffersIsSetAndOthersAreNotTouched() {
        TopicSpec found = new TopicSpec("t", 3, (short) 1, false, Map.of("retention.ms", "7", "segment.ms", "5"));

        assertThat(Difference.between(List.of(topic(3, false)), Set.of(), new ClusterState(there(found), granted()))
                        .changes())
                .containsExactly(new Change.SetConfig("t", "retention.ms", "7", "10"));
    }

    @Test
    void otherReplicasAreShownAndLeftAlone() {
        TopicSpec found = new TopicSpec("t", 3, (short) 2, false, Map.of("retention.ms", "10"));
        Difference difference =
                Difference.between(List.of(topic(3, false)), Set.of(), new ClusterState(there(found), granted()));

        assertThat(difference.changes()).isEmpty();
        assertThat(difference.leftAlone()).singleElement().asString().contains("has 2 replicas, the file says 1");
    }

    @Test
    void aTopicWithFewerReplicasThanTheFileSaysStaysWritable() {
        TopicSpec wanted = new TopicSpec("t", 3, (short) 3, false, Map.of("min.insync.replicas", "2"));
        TopicSpec found = new TopicSpec("t", 3, (short) 1, false, Map.of("min.insync.replicas", "1"));

        assertThat(Difference.between(List.of(wanted), Set.of(), new ClusterState(there(found), granted()))
                        .changes())
                .isEmpty();
    }

    @Test
    void aRightThatIsInNoFileIsShownAndKeptAndThoseOfStrangersAreNotOurs() {
        Difference difference = Difference.between(
                List.of(), Set.of(READS), new ClusterState(Map.of(), granted(READS, WRITES, SOMEBODY_ELSES)));

        assertThat(difference.changes()).isEmpty();
        assertThat(difference.leftAlone())
                .containsExactly("right that is in no file: User:reader may WRITE topic fleet.*");
    }

    @Test
    void whereNobodyChecksRightsNoneAreGranted() {
        Difference difference =
                Difference.between(List.of(), Set.of(READS), new ClusterState(Map.of(), Optional.empty()));

        assertThat(difference.changes()).isEmpty();
        assertThat(difference.leftAlone())
                .containsExactly("the cluster checks no rights (it has no authorizer): none are granted");
    }

    private static TopicSpec topic(int partitions, boolean countFixed) {
        return new TopicSpec("t", partitions, (short) 1, countFixed, Map.of("retention.ms", "10"));
    }

    private static Map<String, TopicSpec> there(TopicSpec topic) {
        return Map.of(topic.name(), topic);
    }

    private static Optional<Set<AclBinding>> granted(AclBinding... rights) {
        return Optional.of(Set.of(rights));
    }

    private static AclBinding right(String principal, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "fleet.", PatternType.PREFIXED),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }
}
