package io.fleetcommand.registry;

import io.fleetcommand.model.Campaign;
import io.fleetcommand.model.CampaignControl;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.VariablePoll;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Publishes the schemas of this build to a registry: registers each topic's schema under its subject, and sets the
 * subject's compatibility level so that no later version breaks a reader. A registry's default level may be to accept
 * anything; Apicurio's is.
 */
public final class SchemaPublication {
    /** The schemas of requests, which callers write and the processor reads. */
    private static final Set<String> REQUESTS = Set.of(
            DeviceCommand.getClassSchema().getFullName(),
            VariablePoll.getClassSchema().getFullName(),
            Cancellation.getClassSchema().getFullName(),
            Campaign.getClassSchema().getFullName(),
            CampaignControl.getClassSchema().getFullName());

    private final SchemaRegistry registry;
    private final RegistrySubjects subjects;

    /** @param settings the settings of the registry, as for {@link AvroSerializer} */
    public SchemaPublication(Map<String, ?> settings) {
        RegistryConnection connection = Registries.connection(RegistrySettings.from(settings));
        this.registry = Registries.http(connection);
        this.subjects = new RegistrySubjects(connection);
    }

    /** The compatibility level that a subject requires. */
    public enum Compatibility {
        /**
         * For what the processor writes: there is one writer, and its readers are upgraded first. A new schema must
         * read what the latest one wrote.
         */
        BACKWARD(Set.of("BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE")),
        /**
         * For requests: there are writers of any version and vendor, and the processor must read all of them with its
         * own schema. Every schema must read what every other wrote.
         */
        FULL_TRANSITIVE(Set.of("FULL_TRANSITIVE"));

        /** The levels that are at least as strict, of which an operator's choice is kept. */
        private final Set<String> strictEnough;

        Compatibility(Set<String> strictEnough) {
            this.strictEnough = strictEnough;
        }

        static Compatibility of(Schema schema) {
            return REQUESTS.contains(schema.getFullName()) ? FULL_TRANSITIVE : BACKWARD;
        }
    }

    /** A change that a subject needs. */
    public sealed interface Change {
        String subject();
    }

    /** Register the schema under the subject, which does not have it. */
    public record Register(String subject, Schema schema) implements Change {}

    /** Set the compatibility level of the subject, which is {@code now} or {@code "none of its own"}. */
    public record Guard(String subject, String now, Compatibility wanted) implements Change {}

    /**
     * A subject whose latest version is newer than this build's schema: clients that use the latest one write with it.
     *
     * @param version number of the latest version
     * @param ours number of the version that is this build's schema
     * @param dropped fields of this build's schema that the latest version lacks, so that such clients drop them
     */
    public record Overtaken(String subject, int version, int ours, List<String> dropped) {}

    /**
     * The changes that are needed, in order: the level of an existing subject is set before a schema is registered.
     *
     * @param byTopic the schema of each topic's values
     * @throws RegistryUnavailable if no registry answers
     */
    public List<Change> missing(Map<String, Schema> byTopic) {
        return new TreeMap<>(byTopic)
                .entrySet().stream()
                        .flatMap(topic -> missing(subject(topic.getKey()), topic.getValue()))
                        .toList();
    }

    private Stream<Change> missing(String subject, Schema schema) {
        Compatibility wanted = Compatibility.of(schema);
        Optional<String> now = subjects.compatibility(subject);
        Stream<Change> guard = now.filter(wanted.strictEnough::contains).isPresent()
                ? Stream.empty()
                : Stream.of(new Guard(subject, now.orElse("none of its own"), wanted));
        Stream<Change> register = subjects.version(subject, schema).isPresent()
                ? Stream.empty()
                : Stream.of(new Register(subject, schema));
        return subjects.knows(subject) ? Stream.concat(guard, register) : Stream.concat(register, guard);
    }

    /**
     * The subjects whose latest version is newer than this build's. A registry cannot make an older version the latest
     * again, so an operator must resolve it.
     *
     * @param byTopic the schema of each topic's values
     * @throws RegistryUnavailable if no registry answers
     */
    public List<Overtaken> overtaken(Map<String, Schema> byTopic) {
        return new TreeMap<>(byTopic)
                .entrySet().stream()
                        .flatMap(topic -> overtaken(subject(topic.getKey()), topic.getValue()).stream())
                        .toList();
    }

    private Optional<Overtaken> overtaken(String subject, Schema schema) {
        Optional<Integer> ours = subjects.version(subject, schema);
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        return subjects.latest(subject)
                .filter(latest -> latest.version() > ours.get())
                .map(latest -> new Overtaken(
                        subject,
                        latest.version(),
                        ours.get(),
                        schema.getFields().stream()
                                .map(Schema.Field::name)
                                .filter(field -> !latest.fields().contains(field))
                                .toList()));
    }

    /**
     * Applies the changes. Idempotent.
     *
     * @throws IncompatibleSchema if a subject's level rejects the schema of this build; earlier changes stay applied
     * @throws RegistryUnavailable if no registry answers
     */
    public void apply(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Register register) {
                registry.register(register.subject(), register.schema());
            } else if (change instanceof Guard guard) {
                subjects.setCompatibility(guard.subject(), guard.wanted().name());
            }
        }
    }

    private static String subject(String topic) {
        return topic + "-value";
    }
}
