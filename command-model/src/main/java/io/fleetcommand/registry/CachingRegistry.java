package io.fleetcommand.registry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/** Remembers what a registry said. Only successes are kept: an unknown id may become known. */
final class CachingRegistry implements SchemaRegistry {
    private static final int MAX_REMEMBERED = 1_000;

    private final SchemaRegistry registry;
    private final Map<Integer, Schema> schemas = bounded();
    private final Map<Subject, Integer> ids = bounded();

    CachingRegistry(SchemaRegistry registry) {
        this.registry = registry;
    }

    private record Subject(String name, Schema schema) {}

    @Override
    public int register(String subject, Schema schema) {
        return remembered(ids, new Subject(subject, schema), () -> registry.register(subject, schema));
    }

    @Override
    public int lookUp(String subject, Schema schema) {
        return remembered(ids, new Subject(subject, schema), () -> registry.lookUp(subject, schema));
    }

    @Override
    public Schema byId(int id) {
        return remembered(schemas, id, () -> registry.byId(id));
    }

    /** Asks outside of the lock: one slow registry must not stop those who have their answer. */
    private static <K, V> V remembered(Map<K, V> memory, K key, Supplier<V> ask) {
        V known = memory.get(key);
        if (known == null) {
            known = ask.get();
            memory.put(key, known);
        }
        return known;
    }

    /** A memory for many threads, which forgets what was not asked for longest. */
    static <K, V> Map<K, V> bounded() {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MAX_REMEMBERED;
            }
        });
    }
}
