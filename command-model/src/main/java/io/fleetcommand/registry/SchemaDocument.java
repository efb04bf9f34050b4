package io.fleetcommand.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.text.VisibleText;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema in a registry: its text and its references. Immutable.
 *
 * @param kind the registry's schema type: {@code AVRO}, {@code JSON}, {@code PROTOBUF}
 */
record SchemaDocument(String kind, String text, List<Reference> references) {
    SchemaDocument {
        references = List.copyOf(references);
    }

    /**
     * A reference to another schema.
     *
     * @param name the type's name in the referring schema
     * @param subject the subject of the referenced schema
     */
    record Reference(String name, String subject, int version) {
        @Override
        public String toString() {
            return VisibleText.brief(name) + " (version " + version + " of " + VisibleText.brief(subject) + ")";
        }
    }

    /**
     * @param id id of the schema that is looked up
     * @param json a response that contains a schema
     * @throws UnreadableRecord if a reference is invalid
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
                        + VisibleText.brief(reference.toString()));
            }
            references.add(new Reference(
                    reference.path("name").asText(), reference.path("subject").asText(), version));
        }
        return new SchemaDocument(
                json.path("schemaType").asText("AVRO"), json.path("schema").asText(), references);
    }
}
