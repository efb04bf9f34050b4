package io.fleetcommand.operations.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.processor.streams.topics.TopicBootstrap;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** {@code deploy/topics.yaml} and {@code deploy/acls.yaml}, held against the code. */
class DeployedTopicsTest {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Names NAMES = new Names(Topics.DEFAULT_PREFIX, "fleet-processor");

    private final TopicsFile file = TopicsFile.read(DEPLOY.resolve("topics.yaml"));
    private final AclsFile acls = AclsFile.read(DEPLOY.resolve("acls.yaml"));
    private final Map<String, TopicSpec> byName =
            file.topics(NAMES).stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));

    @Test
    void everyTopicThatTheModelNamesIsInTheFile() {
        assertThat(byName.keySet()).containsAll(namedByTheModel());
    }

    @Test
    void theCoPartitionedTopicsAreThoseOfTheModel() {
        assertThat(file.coPartitioned().keySet())
                .extracting(NAMES::resolve)
                .containsExactlyInAnyOrderElementsOf(Stream.of(TOPICS.coPartitioned(), TOPICS.campaignRequests())
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void theTopicsReadByCampaignHaveOnePartitionCount() {
        assertThat(TOPICS.campaignCoPartitioned())
                .extracting(topic -> byName.get(topic).partitions())
                .containsOnly(file.partitions());
    }

    @Test
    void campaignsAreWrittenByCallersAndTheirChildrenByTheProcessor() {
        assertThat(List.of(TOPICS.campaigns(), TOPICS.campaignControls()))
                .allSatisfy(topic -> assertThat(writersOf(topic))
                        .containsExactlyInAnyOrder("User:campaigns-writer", "User:operator"));
        assertThat(List.of(
                        TOPICS.campaignCommands(),
                        TOPICS.campaignPolls(),
                        TOPICS.campaignEvents(),
                        TOPICS.campaignProgress(),
                        TOPICS.inventory()))
                .allSatisfy(topic -> assertThat(writersOf(topic)).containsExactly("User:processor"));
    }

    @Test
    void theProcessorWouldMakeItsTopicsAsTheFileSays() {
        TopicBootstrap plan = new TopicBootstrap(
                TOPICS, RequestTopics.of(TOPICS), TOPICS.quota(), true, file.partitions(), file.replicas());

        assertThat(plan.newTopics()).isNotEmpty().allSatisfy(made -> {
            TopicSpec wanted = byName.get(made.name());
            assertThat(wanted).as(made.name()).isNotNull();
            assertThat(made.numPartitions()).isEqualTo(wanted.partitions());
            assertThat(made.replicationFactor()).isEqualTo(wanted.replicas());
            if (made.configs() != null) {
                assertThat(wanted.config()).containsAllEntriesOf(made.configs());
            }
        });
    }

    @Test
    void everyTopicThatRightsNameExists() {
        assertThat(acls.bindings(NAMES))
                .filteredOn(right -> right.pattern().resourceType() == ResourceType.TOPIC
                        && right.pattern().patternType() == PatternType.LITERAL)
                .extracting(right -> right.pattern().name())
                .isSubsetOf(byName.keySet());
    }

    @Test
    void requestsAreWrittenByThoseWhoMayAndAnswersByTheProcessorAlone() {
        assertThat(writersOf(TOPICS.commands())).containsExactlyInAnyOrder("User:commands-writer", "User:operator");
        assertThat(writersOf(TOPICS.polls())).containsExactlyInAnyOrder("User:polls-writer", "User:operator");
        assertThat(List.of(TOPICS.attempts(), TOPICS.commandResults(), TOPICS.pollResults()))
                .allSatisfy(topic -> assertThat(writersOf(topic)).containsExactly("User:processor"));
    }

    @Test
    void nobodyMayChangeTheClusterItself() {
        assertThat(acls.bindings(NAMES))
                .extracting(right -> right.entry().operation())
                .doesNotContain(
                        AclOperation.ALL,
                        AclOperation.ALTER,
                        AclOperation.ALTER_CONFIGS,
                        AclOperation.CLUSTER_ACTION,
                        AclOperation.DELETE);
    }

    private Set<String> writersOf(String topic) {
        return acls.bindings(NAMES).stream()
                .filter(right -> right.entry().operation() == AclOperation.WRITE && covers(right, topic))
                .map(right -> right.entry().principal())
                .collect(Collectors.toSet());
    }

    private static boolean covers(AclBinding right, String topic) {
        String name = right.pattern().name();
        return right.pattern().resourceType() == ResourceType.TOPIC
                && (right.pattern().patternType() == PatternType.PREFIXED
                        ? topic.startsWith(name)
                        : name.equals(topic) || name.equals("*"));
    }

    /** Each public method of {@link Topics} that gives a name gives one of a topic. */
    private static List<String> namedByTheModel() {
        return Arrays.stream(Topics.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && method.getParameterCount() == 0
                        && method.getReturnType() == String.class
                        && !Set.of("prefix", "toString").contains(method.getName()))
                .map(DeployedTopicsTest::called)
                .toList();
    }

    private static String called(Method method) {
        try {
            return (String) method.invoke(TOPICS);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
