package io.fleetcommand.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.streams.RequestTopics;
import io.fleetcommand.service.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Map<String, String> REQUIRED = Map.of(
            "bootstrap.servers", "broker:9092",
            "schema.registry.url", "http://registry:8081",
            "cloud.url", "https://api.particle.io",
            "product", "12345",
            "token.service.url", "http://tokens:8082",
            "token.service.secret", "s3cret",
            "policy.file", "policy.yaml");

    @Test
    void theRequiredOnesAreEnough() {
        Settings settings = Settings.from(REQUIRED);

        assertThat(settings.topics().commands()).isEqualTo("fleet.commands");
        assertThat(settings.policy().callTimeoutMs()).isEqualTo(40_000);
        assertThat(settings.streams(12))
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("application.id", "fleet-processor")
                .containsEntry("bootstrap.servers", "broker:9092");
        assertThat(settings.journalProducer()).containsEntry("enable.idempotence", true);
    }

    @Test
    void nothingWaitsLongForAFullBatchAndLessWithoutTransactions() {
        Map<String, String> given = new HashMap<>(REQUIRED);
        given.put("streams.processing.guarantee", "at_least_once");

        assertThat(Settings.from(given).streams(12)).containsEntry("producer.linger.ms", 5);
        assertThat(Settings.from(REQUIRED).streams(12)).containsEntry("producer.linger.ms", 10);
        given.put("producer.linger.ms", "20");
        assertThat(Settings.from(given).streams(12)).containsEntry("producer.linger.ms", "20");
    }

    @Test
    void everyFaultIsListedAtOnce() {
        Map<String, String> given = new HashMap<>(REQUIRED);
        given.remove("product");
        given.put("cloud.url", "ftp://nowhere");
        given.put("quota.requests", "many");
        given.put("retry.backoff.ms", "100000");
        given.put("qouta.window.ms", "1");

        assertThatThrownBy(() -> Settings.from(given))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContainingAll(
                        "product",
                        "cloud.url: not an http or https URL",
                        "quota.requests",
                        "retry.backoff.max.ms: must not be below retry.backoff.ms",
                        "qouta.window.ms: there is no such setting");
    }

    @Test
    void requestsComeFromOneTopicEachUnlessMoreAreNamed() {
        assertThat(Settings.from(REQUIRED).requests())
                .isEqualTo(new RequestTopics(List.of("fleet.commands"), List.of("fleet.polls")));

        Map<String, String> given = new HashMap<>(REQUIRED);
        given.put("request.topics.commands", "fleet.commands, fleet.commands.billing");
        assertThat(Settings.from(given).requests())
                .isEqualTo(
                        new RequestTopics(List.of("fleet.commands", "fleet.commands.billing"), List.of("fleet.polls")));
    }

    @Test
    void aTopicHasOneUse() {
        for (String clash : List.of("fleet.polls", "fleet.attempts", "fleet.poll-results", "a, a")) {
            Map<String, String> given = new HashMap<>(REQUIRED);
            given.put("request.topics.commands", clash);

            assertThatThrownBy(() -> Settings.from(given))
                    .as(clash)
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageContaining("request.topics: [");
        }
    }

    @Test
    void kafkasOwnSettingsPassThroughToWhomTheyAreMeantFor() {
        Map<String, String> given = new HashMap<>(REQUIRED);
        given.put("kafka.security.protocol", "SASL_SSL");
        given.put("producer.linger.ms", "7");
        given.put("consumer.max.poll.records", "11");
        given.put("streams.num.stream.threads", "3");
        given.put("streams.processing.guarantee", "at_least_once");
        given.put("schema.registry.ssl.truststore.location", "/trust");
        Settings settings = Settings.from(given);

        assertThat(settings.admin()).containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.journalProducer())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("linger.ms", "7");
        assertThat(settings.streams(12))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("producer.linger.ms", "7")
                .containsEntry("consumer.max.poll.records", "11")
                .containsEntry("num.stream.threads", "3")
                .containsEntry("processing.guarantee", "at_least_once");
        assertThat(settings.registry())
                .containsEntry("schema.registry.url", "http://registry:8081")
                .containsEntry("schema.registry.ssl.truststore.location", "/trust");
    }

    @Test
    void theReadmesTableSaysWhatTheCodeSays() throws IOException {
        Map<String, List<String>> inReadme = new TreeMap<>();
        Matcher rows = Pattern.compile("^\\| `([a-z.]+)` \\| (.*?) \\| (.*?) \\|$", Pattern.MULTILINE)
                .matcher(processorSection(Files.readString(Path.of("..", "README.md"))));
        while (rows.find()) {
            inReadme.put(rows.group(1), List.of(rows.group(2), rows.group(3)));
        }

        Map<String, List<String>> inCode = new TreeMap<>();
        Definition.settings()
                .configKeys()
                .forEach((name, key) -> inCode.put(name, List.of(standard(key), key.documentation)));
        assertThat(inReadme).isEqualTo(inCode);
    }

    private static String processorSection(String readme) {
        int start = readme.indexOf("### Settings of the processor");
        return readme.substring(start, readme.indexOf("\n### ", start + 1));
    }

    private static String standard(ConfigDef.ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        return key.defaultValue.toString().isEmpty() ? "" : "`" + key.defaultValue + "`";
    }
}
