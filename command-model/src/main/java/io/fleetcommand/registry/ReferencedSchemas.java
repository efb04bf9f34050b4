package io.fleetcommand.registry;

import io.fleetcommand.registry.SchemaDocument.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Gathers the schemas that a schema refers to, and those that these refer to, in the order in which a parser can take
 * them: each after what it names. Who may register may have registered anything, so number, depth and size have limits,
 * and a ring is refused. Confined to one thread.
 */
final class ReferencedSchemas {
    static final int MAX_DOCUMENTS = 50;
    static final int MAX_DEPTH = 10;

    private final int id;
    private final Function<Reference, SchemaDocument> registry;
    private final List<SchemaDocument> inOrder = new ArrayList<>();
    private final Set<String> gathered = new HashSet<>();
    /** The references that led here, from the schema itself. */
    private final Set<String> path = new LinkedHashSet<>();

    private int documents;
    private int chars;

    private ReferencedSchemas(int id, Function<Reference, SchemaDocument> registry) {
        this.id = id;
        this.registry = registry;
    }

    /**
     * @param id of the schema
     * @param registry fetches a schema that is referred to, and may throw what {@link SchemaRegistry#byId} does
     * @return what the schema refers to, and the schema itself as the last
     * @throws UnreadableRecord if the references go in a ring or beyond the limits
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
            if (gathered.add(reference.name())) {
                add(registry.apply(reference));
            }
            path.remove(reference.name());
        }
        inOrder.add(document);
    }
}
