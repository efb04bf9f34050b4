package io.fleetcommand.registry;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * Caches the ids of schemas under their subjects. The schemas of ids are cached by {@link RecordFormats}. Thread-safe.
 */
final class CachingRegistry implements SchemaRegistry {
    private static final int MAX_ENTRIES = 1_000;

    private final SchemaRegistry registry;
    private final Map<Subject, Integer> ids = BoundedMaps.lru(MAX_ENTRIES);

    CachingRegistry(SchemaRegistry registry) {
        this.registry = registry;
    }

    private record Subject(String name, Schema schema) {}

    @Override
    public int register(String subject, Schema schema) {
        return cached(new Subject(subject, schema), () -> registry.register(subject, schema));
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        return cached(new Subject(subject, schema), () -> registry.lookUp(subject, schema));
    }

    @Override
    public Schema byId(int id) {
        return registry.byId(id);
    }

    /** Requests outside of the lock: a slow registry must not block threads whose id is cached. */
    private int cached(Subject subject, Supplier<Integer> request) {
        Integer id = ids.get(subject);
        if (id == null) {
            id = request.get();
            ids.put(subject, id);
        }
        return id;
    }
}
