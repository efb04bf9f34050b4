package io.fleetcommand.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings in {@code deploy/kubernetes}, read as a pod reads them. */
class DeployedSettingsTest {
    private static final Path KUBERNETES = Path.of("..", "deploy", "kubernetes");
    private static final String SECRETS = "/run/secrets/fleet";

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void aProcessorStartsWithThem(String overlay, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("caller-secret"), "s3cret");
        Files.writeString(folder.resolve("kafka-password"), "passw0rd");
        String file = Files.readString(KUBERNETES.resolve("base/config/processor.properties"));
        Path here = Files.writeString(folder.resolve("processor.properties"), file.replace(SECRETS, folder.toString()));

        ProcessorSettings settings = ProcessorSettings.from(
                ConfigLoader.read(List.of(here.toString()), environment(overlay), ProcessorSettings.names()));

        assertThat(settings.tokenServiceSecret().reveal()).isEqualTo("s3cret");
        assertThat(settings.kafka().admin())
                .containsEntry("bootstrap.servers", "kafka-bootstrap.kafka.svc:9093")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("ssl.truststore.location", folder + "/kafka-ca.pem")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"processor\""
                                + " password=\"passw0rd\";");
        assertThat(settings.kafka().streams(12)).containsEntry("num.standby.replicas", "1");
    }

    /** The content of the overlay's map {@code processor-environment}. */
    private static Map<String, String> environment(String overlay) throws Exception {
        String text =
                Files.readString(KUBERNETES.resolve("overlays").resolve(overlay).resolve("kustomization.yaml"));
        int start = text.indexOf("- name: processor-environment");
        Matcher entries = Pattern.compile("- (FLEET_\\w+)=(\\S+)")
                .matcher(text.substring(start, text.indexOf("- name: token-service-environment")));
        // A pod has a HOSTNAME that the file refers to; the environment of this test may have none.
        Map<String, String> environment = new HashMap<>(Map.of("FLEET_INSTANCE_ID", "pod-1"));
        while (entries.find()) {
            environment.put(entries.group(1), entries.group(2));
        }
        return environment;
    }
}
