package io.fleetcommand.registry;

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
 * Brings a registry to what the schemas of this build ask for: every topic's schema is registered under its subject,
 * and the subject takes no successor that would break a reader. A registry's own default may be to take anything;
 * Apicurio's is.
 */
public final class SchemaPublication {
    /** What callers write: the processor reads all of them. */
    private static final Set<String> REQUESTS = Set.of(
            DeviceCommand.getClassSchema().getFullName(),
            VariablePoll.getClassSchema().getFullName(),
            Cancellation.getClassSchema().getFullName());

    private final HttpRegistry registry;

    /** @param settings of the registry, as those of {@link AvroSerializer} */
    public SchemaPublication(Map<String, ?> settings) {
        this.registry = Registries.http(RegistrySettings.from(settings));
    }

    /** Which successors a subject takes. */
    public enum Compatibility {
        /**
         * Of what the processor writes: one program writes, and its readers are brought up to date before it. A new
         * schema must read what the latest one wrote.
         */
        BACKWARD(Set.of("BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE")),
        /**
         * Of requests: writers of any age and make write, and the processor, whose schema is none of theirs, must read
         * each. Every schema must read what every other wrote.
         */
        FULL_TRANSITIVE(Set.of("FULL_TRANSITIVE"));

        /** Rules that refuse at least as much: an operator's stricter choice stands. */
        private final Set<String> strictEnough;

        Compatibility(Set<String> strictEnough) {
            this.strictEnough = strictEnough;
        }

        static Compatibility of(Schema schema) {
            return REQUESTS.contains(schema.getFullName()) ? FULL_TRANSITIVE : BACKWARD;
        }
    }

    /** One thing that is not as it ought to be. */
    public sealed interface Change {
        String subject();
    }

    /** The subject does not have this schema. */
    public record Register(String subject, Schema schema) implements Change {}

    /** The subject takes incompatible successors, since its rule is {@code now}, or {@code "none of its own"}. */
    public record Guard(String subject, String now, Compatibility wanted) implements Change {}

    /**
     * The latest version of a subject is another one than this build's, by which clients write that take the latest.
     *
     * @param version the latest
     * @param ours the version that is this build's schema
     * @param dropped fields of this build that the latest does not have: those clients drop them
     */
    public record Overtaken(String subject, int version, int ours, List<String> dropped) {}

    /**
     * What is to be done, in the order in which it can be: a subject that exists is guarded before it is given a
     * schema.
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
        Optional<String> now = registry.compatibility(subject);
        Stream<Change> guard = now.filter(wanted.strictEnough::contains).isPresent()
                ? Stream.empty()
                : Stream.of(new Guard(subject, now.orElse("none of its own"), wanted));
        Stream<Change> register = registry.version(subject, schema).isPresent()
                ? Stream.empty()
                : Stream.of(new Register(subject, schema));
        return registry.knows(subject) ? Stream.concat(guard, register) : Stream.concat(register, guard);
    }

    /**
     * The subjects whose latest version is not this build's. A registry has no way to make an older version the latest
     * again, so this is for people to mend.
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
        Optional<Integer> ours = registry.version(subject, schema);
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        return registry.latest(subject)
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
     * Does it. Doing it twice does no harm.
     *
     * @throws IncompatibleSchema if a subject's rule refuses the schema of this build; what came before is done
     * @throws RegistryUnavailable if no registry answers
     */
    public void apply(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Register register) {
                registry.register(register.subject(), register.schema());
            } else if (change instanceof Guard guard) {
                registry.setCompatibility(guard.subject(), guard.wanted().name());
            }
        }
    }

    private static String subject(String topic) {
        return topic + "-value";
    }
}
