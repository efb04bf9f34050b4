package io.fleetcommand.operations.doctor;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.topics.Names;
import io.fleetcommand.operations.topics.TopicSchemas;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.registry.SchemaPublication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * What is to be examined. Parts that are not known are left out.
 *
 * @param kafka the cluster and its registry; empty to look at a cloud alone
 * @param policy the file that says who may command what
 * @param cloud the device cloud
 */
public record Examination(Optional<Cluster> kafka, Optional<Path> policy, Optional<DeviceCloud> cloud) {
    private static final int ADMIN_LIMIT_MS = 10_000;

    /**
     * A Kafka cluster as an installation uses it.
     *
     * @param admin settings of an admin client
     * @param registry settings of a registry client
     * @param quota the topic by which instances share the quota
     * @param rights the file that says who has which rights
     * @param principal whose rights to look at
     */
    public record Cluster(
            Map<String, Object> admin,
            Map<String, Object> registry,
            Topics topics,
            RequestTopics requests,
            String quota,
            Path rights,
            String application,
            Optional<String> principal) {}

    /**
     * A product's cloud.
     *
     * @param token where the checks' token comes from; empty if that is not known
     * @param tokenIsCalledFor whether that giver calls the cloud itself
     * @param device the device whose variable is read; empty for none
     * @param variable empty for the first that the device has
     * @param contract whether the contract's points are looked at
     */
    public record DeviceCloud(
            CloudSession session,
            Optional<TokenGiver> token,
            boolean tokenIsCalledFor,
            Optional<String> device,
            Optional<String> variable,
            boolean contract) {}

    /** The checks, in the order in which they say most. */
    public List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        kafka.ifPresent(cluster -> addCluster(cluster, checks));
        checks.add(policy.<Check>map(PolicyCheck::new)
                .orElseGet(
                        () -> new NotLookedAt(PolicyCheck.NAME, "no policy is named: --policy FILE, or policy.file")));
        cloud.ifPresentOrElse(
                product -> addCloud(product, checks),
                () -> checks.add(new NotLookedAt(
                        CloudAddressCheck.NAME, "no cloud is named: --cloud URL, or a processor's settings file")));
        return List.copyOf(checks);
    }

    private static void addCluster(Cluster cluster, List<Check> checks) {
        Map<String, Object> settings = new HashMap<>(cluster.admin());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_LIMIT_MS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_LIMIT_MS / 2);
        String servers = String.valueOf(settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        checks.add(new BrokersCheck(servers, () -> Admin.create(settings)));
        checks.add(
                new TopicsCheck(cluster.topics(), cluster.requests(), cluster.quota(), () -> Admin.create(settings)));
        checks.add(new RightsCheck(
                cluster.principal(),
                cluster.rights(),
                new Names(cluster.topics().prefix(), cluster.application()),
                () -> Admin.create(settings)));
        SchemaPublication registry = new SchemaPublication(cluster.registry());
        String url = String.valueOf(cluster.registry().get("schema.registry.url"));
        Map<String, Schema> schemas = TopicSchemas.of(cluster.topics(), cluster.requests());
        checks.add(new RegistryCheck(url, registry, schemas));
        checks.add(new CompatibilityCheck(registry, schemas));
    }

    private static void addCloud(DeviceCloud product, List<Check> checks) {
        CloudVisit visit = new CloudVisit(product.session());
        TokenCheck token = new TokenCheck(
                product.token().orElseGet(NoToken::new),
                product.tokenIsCalledFor() ? Optional.of(product.session()) : Optional.empty());
        checks.add(new CloudAddressCheck(visit));
        checks.add(new CloudTlsCheck(visit));
        checks.add(new ClockCheck(visit));
        checks.add(token);
        checks.add(new DeviceListingCheck(product.session(), token));
        checks.add(new VariableReadCheck(product.session(), token, product.device(), product.variable()));
        if (product.contract()) {
            checks.addAll(Contract.points(product.session(), visit, token, product.device()));
        }
    }
}
