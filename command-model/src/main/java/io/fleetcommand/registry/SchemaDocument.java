package io.fleetcommand.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One schema as a registry holds it: its text, and the further schemas that it names.
 *
 * @param kind what the registry calls its schemas of this kind: {@code AVRO}, {@code JSON}, {@code PROTOBUF}
 */
record SchemaDocument(String kind, String text, List<Reference> references) {
    SchemaDocument {
        references = List.copyOf(references);
    }

    /**
     * A schema that another one names.
     *
     * @param name by which the other one names it
     * @param subject under which it is registered
     */
    record Reference(String name, String subject, int version) {
        @Override
        public String toString() {
            return PrintableText.of(name) + " (version " + version + " of " + PrintableText.of(subject) + ")";
        }
    }

    /**
     * @param id of the schema for which it is read
     * @param json an answer that holds a schema
     * @throws UnreadableRecord if its references cannot be meant
     */
    static SchemaDocument of(int id, JsonNode json) {
        List<Reference> references = new ArrayList<>();
        for (JsonNode reference : json.path("references")) {
            int version = reference.path("version").asInt(0);
            if (!reference.path("name").isTextual()
                    || !reference.path("subject").isTextual()
                    || version < 1) {
                throw new UnreadableRecord("the schema with id " + id
                        + " has a reference without a name, a subject or a version: "
                        + PrintableText.of(reference.toString()));
            }
            references.add(new Reference(
                    reference.path("name").asText(), reference.path("subject").asText(), version));
        }
        return new SchemaDocument(
                json.path("schemaType").asText("AVRO"), json.path("schema").asText(), references);
    }
}
