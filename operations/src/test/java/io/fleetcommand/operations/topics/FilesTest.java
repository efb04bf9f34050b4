package io.fleetcommand.operations.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the files are read. */
class FilesTest {
    private static final Names NAMES = new Names("test.", "app");

    @TempDir
    private Path folder;

    @Test
    void aTopicTakesWhatItDoesNotSayFromTheFilesFirstEntries() throws Exception {
        TopicsFile file = topics("""
                partitions: 6
                replicas: 3
                config: {min.insync.replicas: 2, retention.ms: 5}
                co-partitioned:
                  ${prefix}a: {}
                others:
                  ${prefix}b:
                  ${prefix}c: {partitions: 1, config: {cleanup.policy: compact, retention.ms: 7}}
                """);

        Map<String, String> common = Map.of("min.insync.replicas", "2", "retention.ms", "5");
        assertThat(file.topics(NAMES))
                .containsExactly(
                        new TopicSpec("test.a", 6, (short) 3, true, common),
                        new TopicSpec("test.b", 6, (short) 3, false, common),
                        new TopicSpec(
                                "test.c",
                                1,
                                (short) 3,
                                true,
                                Map.of("min.insync.replicas", "2", "retention.ms", "7", "cleanup.policy", "compact")));
    }

    @Test
    void onASmallerClusterATopicCanStillBeWrittenThoughOneReplicaIsAway() throws Exception {
        TopicsFile file = topics("{partitions: 6, replicas: 3, config: {min.insync.replicas: 2}, others: {b: {}}}");

        assertThat(file.withCounts(4, (short) 1).topics(NAMES))
                .containsExactly(new TopicSpec("b", 4, (short) 1, false, Map.of("min.insync.replicas", "1")));
        assertThat(file.withCounts(4, (short) 2).topics(NAMES).get(0).config())
                .containsEntry("min.insync.replicas", "1");
    }

    @Test
    void rightsAreSpeltOutForEveryOperation() throws Exception {
        AclsFile file = AclsFile.read(Files.writeString(folder.resolve("acls.yaml"), """
                svc:
                  topics:
                    ${prefix}a: [READ, WRITE]
                    ${application}-*: [CREATE]
                  groups:
                    ${application}: [READ]
                  transactional-ids:
                    ${application}-*: [WRITE]
                  cluster: [DESCRIBE]
                "User:CN=owner,O=Example":
                  topics:
                    "*": [DESCRIBE]
                """));

        assertThat(file.bindings(NAMES))
                .extracting(AclsFile::text)
                .containsExactly(
                        "User:svc may READ topic test.a",
                        "User:svc may WRITE topic test.a",
                        "User:svc may CREATE topic app-*",
                        "User:svc may READ group app",
                        "User:svc may WRITE transactional-id app-*",
                        "User:svc may DESCRIBE cluster kafka-cluster",
                        "User:CN=owner,O=Example may DESCRIBE topic *");
    }

    @Test
    void anEntryThatNobodyWouldLookAtIsRefusedByName() {
        assertThatThrownBy(() -> topics("partitions: 6\nreplicas: 3\nothers:\n  b:\n    partitons: 2\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("topics.yaml, near line 6", "partitons");
    }

    @Test
    void anEntryThatStandsThereTwiceIsRefused() {
        assertThatThrownBy(() -> topics("partitions: 6\nreplicas: 3\nothers:\n  b: {}\n  b: {}\n"))
                .hasMessageContainingAll("topics.yaml", "Duplicate field 'b'");
    }

    @Test
    void countsMustBeGiven() {
        assertThatThrownBy(() -> topics("replicas: 3\n"))
                .hasMessageContaining("partitions and replicas must be given, each at least 1");
    }

    @Test
    void anUnknownPlaceholderIsRefused() throws Exception {
        TopicsFile file = topics("partitions: 6\nreplicas: 3\nothers:\n  ${prefx}b: {}\n");

        assertThatThrownBy(() -> file.topics(NAMES))
                .hasMessage("there is no ${prefx} in ${prefx}b: write ${prefix} or ${application}");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> TopicsFile.read(folder.resolve("none.yaml")))
                .hasMessage("the file " + folder.resolve("none.yaml") + " cannot be read");
    }

    private TopicsFile topics(String text) throws Exception {
        return TopicsFile.read(Files.writeString(folder.resolve("topics.yaml"), text));
    }
}
