package io.fleetcommand.operations.topics;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The file that says who may do what.
 *
 * @param principals rights by the name of who has them
 */
public record AclsFile(Map<String, Rights> principals) {
    private static final String ANY_HOST = "*";
    private static final String CLUSTER = "kafka-cluster";
    private static final String PREFIX_MARK = "*";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AclsFile {}

    /** What one principal may do, by resource. */
    public record Rights(
            Map<String, List<AclOperation>> topics,
            Map<String, List<AclOperation>> groups,
            @JsonProperty("transactional-ids") Map<String, List<AclOperation>> transactionalIds,
            List<AclOperation> cluster) {
        public Rights {
            topics = topics == null ? Map.of() : topics;
            groups = groups == null ? Map.of() : groups;
            transactionalIds = transactionalIds == null ? Map.of() : transactionalIds;
            cluster = cluster == null ? List.of() : cluster;
        }
    }

    /** @throws IllegalArgumentException if the file cannot be read or used, saying why */
    public static AclsFile read(Path file) {
        return YamlFile.read(file, AclsFile.class);
    }

    /** The names of those who have rights, without Kafka's {@code User:}. */
    public Set<String> names() {
        return new TreeSet<>(principals.keySet());
    }

    /** Every right, in the file's order, as Kafka knows it. */
    public Set<AclBinding> bindings(Names names) {
        Set<AclBinding> all = new LinkedHashSet<>();
        principals.forEach((name, rights) -> {
            String principal = name.contains(":") ? name : "User:" + name;
            rights.topics()
                    .forEach((topic, may) ->
                            all.addAll(allowed(principal, ResourceType.TOPIC, names.resolve(topic), may)));
            rights.groups()
                    .forEach((group, may) ->
                            all.addAll(allowed(principal, ResourceType.GROUP, names.resolve(group), may)));
            rights.transactionalIds()
                    .forEach((id, may) ->
                            all.addAll(allowed(principal, ResourceType.TRANSACTIONAL_ID, names.resolve(id), may)));
            all.addAll(allowed(principal, ResourceType.CLUSTER, CLUSTER, rights.cluster()));
        });
        return all;
    }

    /** A right in words, as in {@code User:processor may READ topic fleet.commands}. */
    static String text(AclBinding right) {
        ResourcePattern resource = right.pattern();
        return right.entry().principal()
                + (right.entry().permissionType() == AclPermissionType.DENY ? " may not " : " may ")
                + right.entry().operation() + " "
                + resource.resourceType().name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + resource.name()
                + (resource.patternType() == PatternType.PREFIXED ? PREFIX_MARK : "");
    }

    private static List<AclBinding> allowed(
            String principal, ResourceType type, String resource, List<AclOperation> may) {
        ResourcePattern pattern = pattern(type, resource);
        return may.stream()
                .map(operation -> new AclBinding(
                        pattern, new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW)))
                .toList();
    }

    private static ResourcePattern pattern(ResourceType type, String resource) {
        return resource.endsWith(PREFIX_MARK) && resource.length() > PREFIX_MARK.length()
                ? new ResourcePattern(type, resource.substring(0, resource.length() - 1), PatternType.PREFIXED)
                : new ResourcePattern(type, resource, PatternType.LITERAL);
    }
}
