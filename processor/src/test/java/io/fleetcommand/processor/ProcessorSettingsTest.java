package io.fleetcommand.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.streams.topics.RequestTopics;
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
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorSettingsTest {
    private static final Map<String, String> REQUIRED = Map.of(
            "bootstrap.servers", "broker:9092",
            "schema.registry.url", "http://registry:8081",
            "cloud.url", "https://api.particle.io",
            "product", "12345",
            "token.service.url", "https://tokens:8082",
            "token.service.secret", "s3cret",
            "policy.file", "policy.yaml");

    @Test
    void theRequiredOnesAreEnough() {
        ProcessorSettings settings = ProcessorSettings.from(REQUIRED);

        assertThat(settings.topics().commands()).isEqualTo("fleet.commands");
        assertThat(settings.ledgerTimeouts().callTimeoutMs()).isEqualTo(40_000);
        assertThat(settings.kafka().streams(12))
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("application.id", "fleet-processor")
                .containsEntry("bootstrap.servers", "broker:9092");
        assertThat(settings.kafka().journalProducer()).containsEntry("enable.idempotence", true);
    }

    @Test
    void lineFeedsAroundSecretsAreNoPartOfThem() {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("token.service.secret", "s3cret\r\n");
        config.put("bearer.auth.token", " t-1\n");
        config.put("basic.auth.user.info", "bob:p w\n");
        config.put("schema.registry.basic.auth.user.info", "bob:p w\n");
        config.put("schema.registry.ssl.truststore.certificates", "-----BEGIN\nEND-----\n");

        ProcessorSettings settings = ProcessorSettings.from(config);

        assertThat(settings.tokenServiceSecret().reveal()).isEqualTo("s3cret");
        assertThat(settings.kafka().registry())
                .containsEntry("bearer.auth.token", "t-1")
                .containsEntry("basic.auth.user.info", "bob:p w")
                .containsEntry("schema.registry.basic.auth.user.info", "bob:p w")
                .containsEntry("schema.registry.ssl.truststore.certificates", "-----BEGIN\nEND-----\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token.service.secret",
                "bearer.auth.token",
                "basic.auth.user.info",
                "bearer.auth.logical.cluster",
                "schema.registry.basic.auth.user.info"
            })
    void aSecretThatNoHeaderCanHoldIsRefusedByItsNameAndNotShown(String setting) {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put(setting, "hid\nden");

        assertThatThrownBy(() -> ProcessorSettings.from(config))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContainingAll(setting, "such as a", "line feed")
                .hasMessageNotContaining("den");
    }

    @Test
    void nothingWaitsLongForAFullBatchAndLessWithoutTransactions() {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("streams.processing.guarantee", "at_least_once");

        assertThat(ProcessorSettings.from(config).kafka().streams(12)).containsEntry("producer.linger.ms", 5);
        assertThat(ProcessorSettings.from(REQUIRED).kafka().streams(12)).containsEntry("producer.linger.ms", 10);
        config.put("producer.linger.ms", "20");
        assertThat(ProcessorSettings.from(config).kafka().streams(12)).containsEntry("producer.linger.ms", "20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.particle.io",
                "https://evil.com",
                "http://localhost:1",
                "HTTP://LOCALHOST",
                "http://127.0.0.1:8083/",
                "http://127.255.0.3",
                "http://[::1]:8082",
                "http://[0:0:0:0:0:0:0:1]",
                "http://[::ffff:127.0.0.1]"
            })
    void whatStaysOnThisMachineOrIsEncryptedMayHoldSecrets(String url) {
        for (String setting : List.of("cloud.url", "token.service.url")) {
            Map<String, String> config = new HashMap<>(REQUIRED);
            config.put(setting, url);
            ProcessorSettings.from(config);
        }
    }

    /** Includes other spellings of local addresses: whoever resolves them may get another address. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.particle.io",
                "http://tokens:8082",
                "http://10.0.0.1",
                "http://0.0.0.0",
                "http://127.0.0.1.evil.com",
                "http://localhost.evil.com",
                "http://localhost.",
                "http://evil.com#@127.0.0.1",
                "http://evil.com/127.0.0.1",
                "http://evil.com\\@127.0.0.1",
                "http://2130706433",
                "http://0177.0.0.1",
                "http://127.1",
                "http://0x7f.0.0.1",
                "http://127.0.0.01",
                "http://127.0.0.256",
                "http://[::ffff:10.0.0.1]",
                "http://[::2]",
                "http://[fe80::1]"
            })
    void secretsAreNotSentInTheClearUnlessASettingSaysSo(String url) {
        for (String setting : List.of("cloud.url", "token.service.url")) {
            Map<String, String> config = new HashMap<>(REQUIRED);
            config.put(setting, url);
            assertThatThrownBy(() -> ProcessorSettings.from(config))
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageContainingAll(setting, "would send secrets in the clear", "insecure.http.allow=true");

            config.put("insecure.http.allow", "true");
            ProcessorSettings.from(config);
        }
    }

    @Test
    void eachOfTheTokenServicesAddressesIsLookedAt() {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("token.service.url", "https://a:8082, http://b:8082");

        assertThatThrownBy(() -> ProcessorSettings.from(config))
                .hasMessageContaining("token.service.url: plain http to b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1@evil.com", "https://user:pa55word@cloud.example", "https://:x@cloud"})
    void anAddressHoldsNoPassword(String url) {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("cloud.url", url);

        assertThatThrownBy(() -> ProcessorSettings.from(config))
                .hasMessageContaining("cloud.url: must hold no user and password")
                .hasMessageNotContaining("pa55word");
    }

    @Test
    void theTokenServicesCertificatesAreReadByKafkasNames(@TempDir Path folder) throws Exception {
        assertThat(ProcessorSettings.from(REQUIRED).tokenServiceTls()).isEmpty();
        Path trusted = Files.writeString(
                folder.resolve("ca.pem"), new HeldCertificate.Builder().build().certificatePem());
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("token.service.ssl.truststore.type", "PEM");
        config.put("token.service.ssl.truststore.location", trusted.toString());

        assertThat(ProcessorSettings.from(config).tokenServiceTls())
                .hasValueSatisfying(
                        tls -> assertThat(tls.trusted().getAcceptedIssuers()).hasSize(1));

        config.put("token.service.ssl.truststore.location", "nowhere.pem");
        assertThatThrownBy(() -> ProcessorSettings.from(config).tokenServiceTls())
                .hasMessageContainingAll("token.service.ssl.*", "nowhere.pem");
    }

    @Test
    void everyFaultIsListedAtOnce() {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.remove("product");
        config.put("cloud.url", "ftp://nowhere");
        config.put("quota.requests", "many");
        config.put("retry.backoff.ms", "100000");
        config.put("qouta.window.ms", "1");

        assertThatThrownBy(() -> ProcessorSettings.from(config))
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
        assertThat(ProcessorSettings.from(REQUIRED).requests())
                .isEqualTo(new RequestTopics(List.of("fleet.commands"), List.of("fleet.polls")));

        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("request.topics.commands", "fleet.commands, fleet.commands.billing");
        assertThat(ProcessorSettings.from(config).requests())
                .isEqualTo(
                        new RequestTopics(List.of("fleet.commands", "fleet.commands.billing"), List.of("fleet.polls")));
    }

    @Test
    void aTopicHasOneUse() {
        for (String clash : List.of("fleet.polls", "fleet.attempts", "fleet.poll-results", "a, a")) {
            Map<String, String> config = new HashMap<>(REQUIRED);
            config.put("request.topics.commands", clash);

            assertThatThrownBy(() -> ProcessorSettings.from(config))
                    .as(clash)
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageContaining("request.topics: [");
        }
    }

    @Test
    void kafkasOwnSettingsPassThroughToWhomTheyAreMeantFor() {
        Map<String, String> config = new HashMap<>(REQUIRED);
        config.put("kafka.security.protocol", "SASL_SSL");
        config.put("producer.linger.ms", "7");
        config.put("consumer.max.poll.records", "11");
        config.put("streams.num.stream.threads", "3");
        config.put("streams.processing.guarantee", "at_least_once");
        config.put("schema.registry.ssl.truststore.location", "/trust");
        ProcessorSettings settings = ProcessorSettings.from(config);

        assertThat(settings.kafka().admin()).containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.kafka().journalProducer())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("linger.ms", "7");
        assertThat(settings.kafka().streams(12))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("producer.linger.ms", "7")
                .containsEntry("consumer.max.poll.records", "11")
                .containsEntry("num.stream.threads", "3")
                .containsEntry("processing.guarantee", "at_least_once");
        assertThat(settings.kafka().registry())
                .containsEntry("schema.registry.url", "http://registry:8081")
                .containsEntry("schema.registry.ssl.truststore.location", "/trust");
    }

    @Test
    void aConsumerThatGivesNoTurnsFetchesAndPollsLittleAtOnce() {
        Map<String, String> config = new HashMap<>(REQUIRED);
        assertThat(ProcessorSettings.from(config).kafka().streams(12))
                .containsEntry("main.consumer.max.partition.fetch.bytes", 16_384)
                .doesNotContainKey("main.consumer.max.poll.records");

        config.put("streams.group.protocol", "STREAMS");
        assertThat(ProcessorSettings.from(config).kafka().streams(12))
                .containsEntry("main.consumer.max.partition.fetch.bytes", 4_096)
                .containsEntry("main.consumer.max.poll.records", 50);

        config.put("consumer.max.poll.records", "11");
        assertThat(ProcessorSettings.from(config).kafka().streams(12))
                .containsEntry("consumer.max.poll.records", "11")
                .doesNotContainKey("main.consumer.max.poll.records");
    }

    @Test
    void theDocumentationsTableSaysWhatTheCodeSays() throws IOException {
        Map<String, List<String>> documented = new TreeMap<>();
        Matcher rows = Pattern.compile("^\\| `([a-z.]+)` \\| (.*?) \\| (.*?) \\|$", Pattern.MULTILINE)
                .matcher(processorSection(Files.readString(Path.of("..", "docs", "configuration.md"))));
        while (rows.find()) {
            documented.put(rows.group(1), List.of(rows.group(2), rows.group(3)));
        }

        Map<String, List<String>> inCode = new TreeMap<>();
        ProcessorConfigDef.settings()
                .configKeys()
                .forEach((name, key) -> inCode.put(name, List.of(standard(key), key.documentation)));
        assertThat(documented).isEqualTo(inCode);
    }

    private static String processorSection(String page) {
        int start = page.indexOf("\n## Processor\n");
        return page.substring(start, page.indexOf("\n## ", start + 1));
    }

    private static String standard(ConfigDef.ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        return key.defaultValue.toString().isEmpty() ? "" : "`" + key.defaultValue + "`";
    }
}
