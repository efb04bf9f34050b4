package io.fleetcommand.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Parses schemas from a registry. Anything may have been registered, so length and nesting are checked before Avro's
 * parser runs. Names and defaults are not checked: other parsers are as lenient, and records were written with what
 * they accept.
 */
final class SchemaText {
    /** Of a schema and all its references: many times the longest of this system, as formats are cached in memory. */
    static final int MAX_CHARS = 200_000;

    private static final int MAX_NESTING = 250;

    /** Rejects JSON that is nested too deep for Avro's recursive parser. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxStringLength(MAX_CHARS)
                    .build())
            .build();

    private SchemaText() {}

    /**
     * @param documents the schema in last place, after all its references
     * @throws UnreadableRecord if it is not an Avro schema; the message says what it is
     */
    static Schema parse(int id, List<SchemaDocument> documents) {
        Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
        Schema schema = null;
        for (SchemaDocument document : documents) {
            schema = parse(id, parser, document);
        }
        return schema;
    }

    private static Schema parse(int id, Schema.Parser parser, SchemaDocument document) {
        if (!document.kind().equals("AVRO")) {
            throw new UnreadableRecord("the schema with id " + id + " is not an Avro schema: its type is "
                    + VisibleText.brief(document.kind()));
        }
        try {
            checkNesting(document.text());
            return parser.parse(document.text());
        } catch (IOException | RuntimeException | StackOverflowError unparsable) {
            throw new UnreadableRecord("the schema with id " + id + " is not an Avro schema: "
                    + VisibleText.brief(String.valueOf(unparsable.getMessage())));
        }
    }

    private static void checkNesting(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                // Parses to the end; the constraints throw.
            }
        }
    }
}
