package io.fleetcommand.registry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Brings a registry to what the schemas of this build ask for: every topic's schema is registered under its subject,
 * and the subject takes no successor that today's readers' successors could not read. A registry's own default may be
 * to take anything; Apicurio's is.
 */
public final class SchemaPublication {
    /** New schemas must read what the latest one wrote. */
    public static final String COMPATIBILITY = "BACKWARD";

    /** Rules that refuse at least what {@link #COMPATIBILITY} refuses: an operator's stricter choice stands. */
    private static final Set<String> STRICT_ENOUGH =
            Set.of(COMPATIBILITY, "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE");

    private final HttpRegistry registry;

    /** @param settings of the registry, as those of {@link AvroSerializer} */
    public SchemaPublication(Map<String, ?> settings) {
        this.registry = Registries.over(RegistrySettings.from(settings));
    }

    /** One thing that is not as it ought to be. */
    public sealed interface Change {
        String subject();
    }

    /** The subject does not have this schema. */
    public record Register(String subject, Schema schema) implements Change {}

    /** The subject takes incompatible successors, since its rule is {@code now}, or {@code "none of its own"}. */
    public record Guard(String subject, String now) implements Change {}

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
                        .flatMap(topic -> missing(topic.getKey() + "-value", topic.getValue()))
                        .toList();
    }

    private Stream<Change> missing(String subject, Schema schema) {
        Stream<Change> guard =
                registry.compatibility(subject).filter(STRICT_ENOUGH::contains).isPresent()
                        ? Stream.empty()
                        : Stream.of(new Guard(
                                subject, registry.compatibility(subject).orElse("none of its own")));
        Stream<Change> register = has(subject, schema) ? Stream.empty() : Stream.of(new Register(subject, schema));
        return registry.knows(subject) ? Stream.concat(guard, register) : Stream.concat(register, guard);
    }

    private boolean has(String subject, Schema schema) {
        try {
            registry.lookUp(subject, schema);
            return true;
        } catch (UnknownSchema absent) {
            return false;
        }
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
            } else {
                registry.setCompatibility(change.subject(), COMPATIBILITY);
            }
        }
    }
}
