package io.fleetcommand.operations.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningStacksTest {
    @TempDir
    private Path folder;

    private RunningStacks stacks;

    @BeforeEach
    void open() {
        stacks = new RunningStacks(folder.resolve("stacks"));
    }

    @Test
    void withoutAStackThereIsNothingToChoose() {
        assertThat(stacks.choose(Optional.empty())).isEmpty();
        assertThatThrownBy(() -> stacks.choose(Optional.of("mine")))
                .hasMessage("no stack named mine is up; none is up: start one with ./fleet up");
    }

    @Test
    void theOnlyStackNeedsNoName() {
        try (RunningStacks.Reservation first = stacks.reserve(Optional.empty())) {
            assertThat(stacks.choose(Optional.empty())).isEmpty();
            first.publish(stack(first.name(), 9092));

            assertThat(stacks.choose(Optional.empty())).contains(stack("stack-1", 9092));
        }
        assertThat(stacks.up()).isEmpty();
    }

    @Test
    void ofTwoStacksEachKeepsItsAddressesAndOneMustBeNamed() {
        try (RunningStacks.Reservation first = stacks.reserve(Optional.empty());
                RunningStacks.Reservation second = stacks.reserve(Optional.of("mine"))) {
            first.publish(stack(first.name(), 9092));
            second.publish(stack(second.name(), 9093));

            assertThatThrownBy(() -> stacks.choose(Optional.empty()))
                    .hasMessage("2 stacks are up: mine (Kafka 127.0.0.1:9093, cloud http://cloud), stack-1 (Kafka"
                            + " 127.0.0.1:9092, cloud http://cloud). Say which one is meant: --stack NAME, or"
                            + " FLEET_STACK=NAME in the environment");
            assertThat(stacks.choose(Optional.of("mine"))).contains(stack("mine", 9093));
            assertThat(stacks.choose(Optional.of("stack-1"))).contains(stack("stack-1", 9092));
        }
    }

    @Test
    void theEndOfOneStackLeavesTheOtherItsAddresses() {
        RunningStacks.Reservation first = stacks.reserve(Optional.empty());
        first.publish(stack(first.name(), 9092));
        try (RunningStacks.Reservation second = stacks.reserve(Optional.empty())) {
            second.publish(stack(second.name(), 9093));
            first.close();

            assertThat(stacks.choose(Optional.empty())).contains(stack("stack-2", 9093));
        }
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        try (RunningStacks.Reservation mine = stacks.reserve(Optional.of("mine"))) {
            assertThat(mine.name()).isEqualTo("mine");
            assertThatThrownBy(() -> stacks.reserve(Optional.of("mine")))
                    .hasMessage("a stack named mine is up already: end it, or give another --name");
        }
        stacks.reserve(Optional.of("mine")).close();
    }

    @Test
    void aNameThatIsNoFileNameIsRefused() {
        assertThatThrownBy(() -> stacks.reserve(Optional.of("../other")))
                .hasMessageContaining("--name must be letters");
    }

    @Test
    void theAddressesOfAStackThatWasKilledAreStale() throws Exception {
        Path addresses = folder.resolve("stacks").resolve("killed.properties");
        Files.createDirectories(addresses.getParent());
        try (var out = Files.newBufferedWriter(addresses)) {
            stack("killed", 9092).properties().store(out, "its process is gone");
        }

        assertThatThrownBy(() -> stacks.choose(Optional.of("killed")))
                .hasMessageStartingWith("no stack named killed is up any more: it has ended without saying so");
        assertThat(addresses).doesNotExist();
        assertThat(stacks.choose(Optional.empty())).isEmpty();
    }

    private static RunningStack stack(String name, int port) {
        return new RunningStack(
                name,
                new StackAddresses("127.0.0.1:" + port, "http://registry", "http://cloud", "", "http://tokens"),
                List.of("http://one", "http://two"),
                Path.of("/data/operator.secret"),
                Path.of("/data/processor-1.properties"));
    }
}
