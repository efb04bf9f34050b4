package io.fleetcommand.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code kubectl apply -k} would send, held against Kubernetes' own model and against itself. */
class KubernetesTest {
    private static final Path OVERLAYS = Path.of("..", "deploy", "kubernetes", "overlays");
    private static final Path IMAGES = Path.of("..", "deploy", "images");
    private static final Pattern IMAGE = Pattern.compile("(.*/)?fleet-(?<part>[a-z-]+):.+");
    private static final int KUBECTL_PATIENCE_S = 60;

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/Namespace", Namespace.class,
            "v1/Secret", Secret.class,
            "v1/Service", Service.class,
            "apps/v1/Deployment", Deployment.class,
            "apps/v1/StatefulSet", StatefulSet.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);

    /** The model's classes take any field they do not know; here such a field is a fault. */
    private static final ObjectMapper STRICT = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }
            })
            .build();

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void everyDocumentIsWhatKubernetesKnows(String overlay) throws Exception {
        assertThat(rendered(overlay))
                .extracting(HasMetadata::getKind)
                .contains("StatefulSet", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "Namespace");
    }

    @Test
    void aMisspeltFieldWouldBeSeen() {
        assertThatThrownBy(() -> read("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: x}
                        spec: {template: {spec: {containers: [{name: c, readinesProbe: {}}]}}}
                        """)).hasMessageContaining("readinesProbe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void everyPodRunsAsNobodyInParticularAndWritesOnlyToItsVolumes(String overlay) throws Exception {
        pods(rendered(overlay)).forEach((name, pod) -> {
            assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot())
                    .as(name)
                    .isTrue();
            assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                    .as(name)
                    .isEqualTo("RuntimeDefault");
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).as(name).isFalse();
            assertThat(pod.getSpec().getEnableServiceLinks()).as(name).isFalse();
            assertThat(pod.getSpec().getContainers()).as(name).isNotEmpty().allSatisfy(container -> {
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
                assertThat(container.getResources().getLimits()).containsKey("memory");
                assertThat(container.getReadinessProbe()).isNotNull();
            });
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void whatIsReferredToIsThere(String overlay) throws Exception {
        List<HasMetadata> all = rendered(overlay);
        Map<String, PodTemplateSpec> pods = pods(all);
        pods.forEach((name, pod) -> {
            List<String> volumes = Stream.concat(
                            pod.getSpec().getVolumes().stream().map(Volume::getName), claims(all, name))
                    .toList();
            for (Container container : pod.getSpec().getContainers()) {
                assertThat(container.getVolumeMounts())
                        .extracting(VolumeMount::getName)
                        .as("volumes of " + name)
                        .containsExactlyInAnyOrderElementsOf(volumes);
                assertThat(probes(container))
                        .extracting(probe -> probe.getHttpGet().getPort().getStrVal())
                        .as("ports of the probes of " + name)
                        .isSubsetOf(container.getPorts().stream()
                                .map(port -> port.getName())
                                .toList());
                assertThat(container.getEnvFrom())
                        .allSatisfy(from -> assertThat(names(all, ConfigMap.class))
                                .contains(from.getConfigMapRef().getName()));
            }
            pod.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getConfigMap() != null)
                    .forEach(volume -> assertThat(names(all, ConfigMap.class))
                            .contains(volume.getConfigMap().getName()));
        });
        assertThat(of(all, Service.class).map(service -> service.getSpec().getSelector()))
                .allSatisfy(selector -> assertThat(selected(pods, selector)).isEqualTo(1));
        assertThat(of(all, PodDisruptionBudget.class)
                        .map(budget -> budget.getSpec().getSelector()))
                .isNotEmpty()
                .allSatisfy(selector ->
                        assertThat(selected(pods, selector.getMatchLabels())).isEqualTo(1));
        assertThat(of(all, NetworkPolicy.class).map(policy -> policy.getSpec().getPodSelector()))
                .map(LabelSelector::getMatchLabels)
                .filteredOn(labels -> !labels.isEmpty())
                .isNotEmpty()
                .allSatisfy(labels -> assertThat(selected(pods, labels)).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production"})
    void everyImageIsOneThatTheBuildMakes(String overlay) throws Exception {
        assertThat(pods(rendered(overlay)).values())
                .flatExtracting(pod -> pod.getSpec().getContainers())
                .extracting(Container::getImage)
                .allSatisfy(image -> {
                    Matcher name = IMAGE.matcher(image);
                    assertThat(name.matches()).isTrue();
                    assertThat(IMAGES.resolve(name.group("part")).resolve("Dockerfile"))
                            .exists();
                });
    }

    @Test
    void inProductionALedgerSurvivesTheLossOfANodeOrAZone() throws Exception {
        StatefulSet processor =
                of(rendered("production"), StatefulSet.class).findFirst().orElseThrow();

        assertThat(processor.getSpec().getReplicas()).isGreaterThanOrEqualTo(2);
        assertThat(processor.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .extracting(spread -> spread.getTopologyKey() + " " + spread.getWhenUnsatisfiable())
                .containsExactly("kubernetes.io/hostname DoNotSchedule", "topology.kubernetes.io/zone DoNotSchedule");
        assertThat(processor.getSpec().getVolumeClaimTemplates()).hasSize(1);
        assertThat(processor.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                .isGreaterThan(60);
        assertThat(config(rendered("production"), "processor-config", "processor.properties"))
                .contains("streams.num.standby.replicas=1\n");
    }

    @Test
    void productionHoldsNoSecret() throws Exception {
        assertThat(of(rendered("production"), Secret.class)).isEmpty();
    }

    private static List<HasMetadata> rendered(String overlay) throws Exception {
        Process kubectl;
        try {
            kubectl = new ProcessBuilder(
                            "kubectl", "kustomize", OVERLAYS.resolve(overlay).toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException absent) {
            assumeTrue(false, "skipped: there is no kubectl here to build the overlays with");
            return List.of();
        }
        String text = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kubectl.waitFor(KUBECTL_PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(kubectl.exitValue()).as(text).isZero();
        return read(text);
    }

    private static List<HasMetadata> read(String text) throws IOException {
        List<HasMetadata> all = new ArrayList<>();
        for (JsonNode document :
                STRICT.readerFor(JsonNode.class).<JsonNode>readValues(text).readAll()) {
            String kind = document.path("apiVersion").asText() + "/"
                    + document.path("kind").asText();
            assertThat(KINDS).as("kinds this test knows").containsKey(kind);
            all.add(STRICT.treeToValue(document, KINDS.get(kind)));
        }
        return all;
    }

    private static Map<String, PodTemplateSpec> pods(List<HasMetadata> all) {
        Map<String, PodTemplateSpec> pods = new TreeMap<>();
        of(all, Deployment.class)
                .forEach(one ->
                        pods.put(one.getMetadata().getName(), one.getSpec().getTemplate()));
        of(all, StatefulSet.class)
                .forEach(one ->
                        pods.put(one.getMetadata().getName(), one.getSpec().getTemplate()));
        assertThat(pods).isNotEmpty();
        return pods;
    }

    private static Stream<String> claims(List<HasMetadata> all, String statefulSet) {
        return of(all, StatefulSet.class)
                .filter(one -> one.getMetadata().getName().equals(statefulSet))
                .flatMap(one -> one.getSpec().getVolumeClaimTemplates().stream())
                .map(claim -> claim.getMetadata().getName());
    }

    private static List<Probe> probes(Container container) {
        return Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                .filter(Objects::nonNull)
                .toList();
    }

    private static long selected(Map<String, PodTemplateSpec> pods, Map<String, String> labels) {
        return pods.values().stream()
                .filter(pod -> pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
                .count();
    }

    private static String config(List<HasMetadata> all, String name, String file) {
        return of(all, ConfigMap.class)
                .filter(map -> map.getMetadata().getName().startsWith(name))
                .map(map -> Optional.ofNullable(map.getData().get(file)).orElse(""))
                .findFirst()
                .orElse("");
    }

    private static List<String> names(List<HasMetadata> all, Class<? extends HasMetadata> kind) {
        return of(all, kind).map(one -> one.getMetadata().getName()).toList();
    }

    private static <T> Stream<T> of(List<HasMetadata> all, Class<T> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast);
    }
}
