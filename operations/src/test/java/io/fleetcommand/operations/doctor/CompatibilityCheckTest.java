package io.fleetcommand.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.RegistryStub;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityCheckTest {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private final RegistryStub registry;

    CompatibilityCheckTest() throws Exception {
        registry = new RegistryStub();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aRegistryThatGuardsEverySubjectIsPassed() throws Exception {
        registry.withCompatibility("fleet.command-results-value", "BACKWARD");

        assertThat(check(RequestTopics.of(TOPICS)).run()).isEqualTo(Finding.ok("every subject is guarded"));
    }

    @ParameterizedTest
    @CsvSource({
        "fleet.commands-value, NONE",
        "fleet.commands-value, BACKWARD",
        "fleet.polls-value, FULL",
        "fleet.cancellations-value, FORWARD_TRANSITIVE",
        "fleet.command-results-value, NONE",
        "fleet.attempts-value, FORWARD"
    })
    void aSubjectThatIsGuardedTooLittleIsNamed(String subject, String rule) throws Exception {
        registry.withCompatibility(subject, rule);

        assertThat(check(RequestTopics.of(TOPICS)).run())
                .isEqualTo(Finding.failed(
                        "subjects that would take schemas which the processor cannot read: [" + subject + " (" + rule
                                + ")]",
                        "./fleet schemas apply sets their compatibility"));
    }

    @Test
    void requestTopicsOfOtherNamesAreLookedAtToo() throws Exception {
        registry.withCompatibility("billing.commands-value", "NONE").withCompatibility("billing.polls-value", "FULL");

        assertThat(check(new RequestTopics(List.of("fleet.commands", "billing.commands"), List.of("billing.polls")))
                        .run()
                        .found())
                .endsWith("[billing.commands-value (NONE), billing.polls-value (FULL)]");
    }

    /** The one that {@code doctor} runs. */
    private Check check(RequestTopics requests) {
        Map<String, Object> settings = Map.of("schema.registry.url", registry.url());
        Examination.Cluster cluster = new Examination.Cluster(
                Map.of("bootstrap.servers", "127.0.0.1:9"),
                settings,
                TOPICS,
                requests,
                TOPICS.quota(),
                Path.of("acls.yaml"),
                "fleet-processor",
                Optional.empty());
        return new Examination(Optional.of(cluster), Optional.empty(), Optional.empty())
                .checks().stream()
                        .filter(CompatibilityCheck.class::isInstance)
                        .findFirst()
                        .orElseThrow();
    }
}
