package io.fleetcommand.processor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReloaderTest {
    private static final String ONE = """
            rules:
              - {name: one, topics: [a], products: [p], functions: [f], priorities: [NORMAL]}
            """;
    private static final String OTHER = ONE.replace("one", "two");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("policy.yaml"), ONE);
    }

    @Test
    void aChangedFileHoldsFromTheNextLook() throws IOException {
        PolicyReloader policy = PolicyReloader.open(file);
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, OTHER);
        Files.setLastModifiedTime(file, time);

        assertThat(names(policy)).isEqualTo("one");
        policy.reload();
        assertThat(names(policy)).isEqualTo("two");
        assertThat(policy.fault()).isEmpty();
    }

    @Test
    void aBrokenFileKeepsTheRulesBeforeItAndSaysSoUntilItIsMended() throws IOException {
        PolicyReloader policy = PolicyReloader.open(file);

        Files.writeString(file, "rules: [");
        policy.reload();
        policy.reload();
        assertThat(names(policy)).isEqualTo("one");
        assertThat(policy.fault().orElseThrow()).contains("policy.yaml cannot be used: line ");

        Files.writeString(file, OTHER);
        policy.reload();
        assertThat(names(policy)).isEqualTo("two");
        assertThat(policy.fault()).isEmpty();
    }

    @Test
    void aFileThatGoesAndComesBackTheSameIsNoTroubleAnyMore() throws IOException {
        PolicyReloader policy = PolicyReloader.open(file);

        Files.delete(file);
        policy.reload();
        assertThat(names(policy)).isEqualTo("one");
        assertThat(policy.fault().orElseThrow()).contains("cannot be read");

        Files.writeString(file, ONE);
        policy.reload();
        assertThat(names(policy)).isEqualTo("one");
        assertThat(policy.fault()).isEmpty();
    }

    @Test
    void nothingStartsWithoutAPolicy() throws IOException {
        assertThatThrownBy(() -> PolicyReloader.open(folder.resolve("none.yaml")))
                .isInstanceOf(NoSuchFileException.class);
        Files.writeString(file, "rules: [{}]");
        assertThatThrownBy(() -> PolicyReloader.open(file)).isInstanceOf(InvalidPolicy.class);
    }

    private static String names(PolicyReloader policy) {
        return policy.policy().rules().get(0).name();
    }

    @Test
    void aFileThatIsTooLongIsAFaultAsAnyOther() throws IOException {
        PolicyReloader policy = PolicyReloader.open(file);

        Files.writeString(file, ONE + "# " + "x".repeat(3 * PolicyFile.MAX_BYTES));
        policy.reload();
        assertThat(names(policy)).isEqualTo("one");
        assertThat(policy.fault().orElseThrow()).endsWith("it is longer than 1048576 bytes");
    }
}
