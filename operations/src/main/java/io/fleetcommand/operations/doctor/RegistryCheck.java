package io.fleetcommand.operations.doctor;

import io.fleetcommand.registry.RegistryUnavailable;
import io.fleetcommand.registry.SchemaPublication;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Whether the schema registry answers, and has the schema of every topic.
 *
 * @param url its address, for the message
 * @param schemas by topic
 */
record RegistryCheck(String url, SchemaPublication registry, Map<String, Schema> schemas) implements Check {
    static final String NAME = "schema registry";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Finding run() {
        try {
            List<String> missing = registry.missing(schemas).stream()
                    .filter(SchemaPublication.Register.class::isInstance)
                    .map(SchemaPublication.Change::subject)
                    .toList();
            return missing.isEmpty()
                    ? Finding.ok("has the schemas of all " + schemas.size() + " topics")
                    : Finding.warning(
                            "lacks the schemas of this build of " + missing, "./fleet schemas apply registers them");
        } catch (RegistryUnavailable away) {
            return Finding.failed(
                    "no registry answers at " + url + ": " + Checkup.why(away),
                    "see that it runs, and that schema.registry.url and its credentials are right");
        }
    }
}
