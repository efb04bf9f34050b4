package io.fleetcommand.registry;

import io.fleetcommand.registry.SchemaDocument.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Collects the references of a schema, transitively, in the order in which a parser needs them: each schema after its
 * own references. Anything may have been registered, so number, depth and size are limited, and a cycle is rejected.
 * Confined to one thread.
 */
final class ReferencedSchemas {
    static final int MAX_DOCUMENTS = 50;
    static final int MAX_DEPTH = 10;

    private final int id;
    private final Function<Reference, SchemaDocument> registry;
    private final List<SchemaDocument> inOrder = new ArrayList<>();
    private final Set<String> collected = new HashSet<>();
    /** The references from the schema to the current document. */
    private final Set<String> path = new LinkedHashSet<>();

    private int documents;
    private int chars;

    private ReferencedSchemas(int id, Function<Reference, SchemaDocument> registry) {
        this.id = id;
        this.registry = registry;
    }

    /**
     * @param id the schema id
     * @param registry fetches a referenced schema, and may throw what {@link SchemaRegistry#byId} does
     * @return the references and, in last place, the schema itself
     * @throws UnreadableRecord if the references form a cycle or exceed the limits
     */
    static List<SchemaDocument> of(int id, SchemaDocument schema, Function<Reference, SchemaDocument> registry) {
        ReferencedSchemas all = new ReferencedSchemas(id, registry);
        all.add(schema);
        return all.inOrder;
    }

    private void add(SchemaDocument document) {
        documents++;
        chars += document.text().length();
        if (chars > SchemaText.MAX_CHARS) {
            throw new UnreadableRecord("the schema with id " + id + " is too long: " + chars
                    + " characters, with what it refers to, where at most " + SchemaText.MAX_CHARS + " are read");
        }
        if (documents > MAX_DOCUMENTS || path.size() > MAX_DEPTH) {
            throw new UnreadableRecord("the schema with id " + id + " refers to more than " + MAX_DOCUMENTS
                    + " schemas, or more than " + MAX_DEPTH + " deep");
        }
        for (Reference reference : document.references()) {
            if (!path.add(reference.name())) {
                throw new UnreadableRecord(
                        "the schema with id " + id + " refers to itself by way of " + reference + "; break the ring");
            }
            if (collected.add(reference.name())) {
                add(registry.apply(reference));
            }
            path.remove(reference.name());
        }
        inOrder.add(document);
    }
}
