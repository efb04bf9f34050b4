package io.fleetcommand.operations.doctor;

import io.fleetcommand.registry.SchemaPublication;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Whether the registry lets each subject take only successors that today's readers can read.
 *
 * @param schemas by topic
 */
record CompatibilityCheck(SchemaPublication registry, Map<String, Schema> schemas) implements Check {
    static final String NAME = "compatibility";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(RegistryCheck.NAME);
    }

    @Override
    public Finding run() {
        List<String> open = registry.missing(schemas).stream()
                .filter(SchemaPublication.Guard.class::isInstance)
                .map(SchemaPublication.Guard.class::cast)
                .map(guard -> guard.subject() + " (" + guard.now() + ")")
                .toList();
        return open.isEmpty()
                ? Finding.ok("every subject is guarded")
                : Finding.failed(
                        "subjects that would take schemas which the processor cannot read: " + open,
                        "./fleet schemas apply sets their compatibility");
    }
}
