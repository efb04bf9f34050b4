package io.fleetcommand.registry;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * Remembers the ids of schemas under their subjects, once a registry told them. The schemas of ids are remembered by
 * {@link RecordFormats}.
 */
final class CachingRegistry implements SchemaRegistry {
    private static final int MAX_REMEMBERED = 1_000;

    private final SchemaRegistry registry;
    private final Map<Subject, Integer> ids = BoundedMaps.lru(MAX_REMEMBERED);

    CachingRegistry(SchemaRegistry registry) {
        this.registry = registry;
    }

    private record Subject(String name, Schema schema) {}

    @Override
    public int register(String subject, Schema schema) {
        return remembered(new Subject(subject, schema), () -> registry.register(subject, schema));
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        return remembered(new Subject(subject, schema), () -> registry.lookUp(subject, schema));
    }

    @Override
    public Schema byId(int id) {
        return registry.byId(id);
    }

    /** Asks outside of the lock: one slow registry must not stop those who have their answer. */
    private int remembered(Subject subject, Supplier<Integer> ask) {
        Integer known = ids.get(subject);
        if (known == null) {
            known = ask.get();
            ids.put(subject, known);
        }
        return known;
    }
}
