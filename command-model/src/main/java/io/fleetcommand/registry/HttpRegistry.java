package io.fleetcommand.registry;

import static io.fleetcommand.registry.RegistryRequest.NOT_REGISTERED;
import static io.fleetcommand.registry.RegistryRequest.SCHEMA_NOT_FOUND;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/** A registry behind Confluent's REST API. Thread-safe. */
final class HttpRegistry implements SchemaRegistry {
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    private final RegistryConnection connection;
    private final LongSupplier nanoClock;

    HttpRegistry(RegistryConnection connection, LongSupplier nanoClock) {
        this.connection = connection;
        this.nanoClock = nanoClock;
    }

    @Override
    public int register(String subject, Schema schema) {
        RegistryRequest request =
                RegistryRequest.register(subject, schema, HttpRegistry::holdsId, Set.of(CONFLICT, UNPROCESSABLE));
        RegistryResponse response = connection.send(request, RequestTimeouts.FOR_WRITERS);
        if (response.status() == CONFLICT) {
            // Apicurio responds so to the slower of two concurrent registrations of one schema; a real conflict
            // persists.
            response = connection.send(request, RequestTimeouts.FOR_WRITERS);
        }
        if (!response.isSuccess()) {
            throw new IncompatibleSchema("the schema registry refuses " + schema.getFullName() + " under " + subject
                    + ": " + response.text() + ". Compare it with GET /subjects/" + subject + "/versions/latest");
        }
        return id(response);
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        RegistryResponse response = connection.send(
                RegistryRequest.lookUp(subject, schema, HttpRegistry::holdsId, NOT_REGISTERED),
                RequestTimeouts.FOR_WRITERS);
        if (!response.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry does not have " + schema.getFullName() + " under " + subject + " ("
                            + response.text() + "). Register it, or set auto.register.schemas=true",
                    response.errorCode());
        }
        return id(response);
    }

    @Override
    public Schema byId(int id) {
        long deadlineNanos =
                nanoClock.getAsLong() + RequestTimeouts.FOR_READERS.total().toNanos();
        RegistryResponse response = connection.send(
                RegistryRequest.get(
                        "fetching the schema with id " + id,
                        "/schemas/ids/" + id,
                        RegistryRequest::holdsSchema,
                        Set.of(SCHEMA_NOT_FOUND)),
                RequestTimeouts.FOR_READERS);
        if (!response.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry knows no schema with id " + id + " (" + response.text()
                            + "); the record was written against another registry, or is not in the wire format",
                    response.errorCode());
        }
        return SchemaText.parse(
                id,
                ReferencedSchemas.of(
                        id, document(id, response), reference -> referenced(id, reference, deadlineNanos)));
    }

    /** A referenced schema, including a soft-deleted one. */
    private SchemaDocument referenced(int id, SchemaDocument.Reference reference, long deadlineNanos) {
        RegistryResponse response = connection.send(
                RegistryRequest.get(
                        "fetching " + reference + ", to which the schema with id " + id + " refers",
                        RegistryRequest.subjectPath(reference.subject()) + "/versions/" + reference.version()
                                + "?deleted=true",
                        RegistryRequest::holdsSchema,
                        NOT_REGISTERED),
                RequestTimeouts.FOR_READERS.capped(deadlineNanos - nanoClock.getAsLong()));
        if (!response.isSuccess()) {
            throw new UnknownSchema(
                    "the schema registry does not have " + reference + ", to which the schema with id " + id
                            + " refers (" + response.text() + "); register it",
                    response.errorCode());
        }
        return document(id, response);
    }

    private static SchemaDocument document(int id, RegistryResponse response) {
        if (response.isTruncated()) {
            throw new UnreadableRecord(
                    "the schema with id " + id + " is too long: more than " + RegistryResponse.MAX_BYTES
                            + " bytes, where at most " + SchemaText.MAX_CHARS + " characters are read");
        }
        return SchemaDocument.of(id, response.json());
    }

    private static boolean holdsId(JsonNode json) {
        return json.path("id").canConvertToInt();
    }

    private static int id(RegistryResponse response) {
        return response.json().path("id").asInt();
    }
}
