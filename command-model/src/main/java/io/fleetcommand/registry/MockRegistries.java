package io.fleetcommand.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** In-process registries, one for each {@code mock://name}, for tests without a server. Thread-safe. */
final class MockRegistries {
    static final String SCHEME = "mock://";
    private static final Map<String, SchemaRegistry> BY_URL = new ConcurrentHashMap<>();

    private MockRegistries() {}

    static SchemaRegistry at(String url) {
        return BY_URL.computeIfAbsent(url, none -> new InMemory());
    }

    private static final class InMemory implements SchemaRegistry {
        private final List<Schema> schemas = new ArrayList<>();

        @Override
        public synchronized int register(String subject, Schema schema) {
            if (!schemas.contains(schema)) {
                schemas.add(schema);
            }
            return schemas.indexOf(schema) + 1;
        }

        @Override
        public synchronized int lookUp(String subject, Schema schema) {
            if (!schemas.contains(schema)) {
                throw new UnknownSchema(
                        "error 40403: " + schema.getFullName() + " is not registered under " + subject, 40403);
            }
            return schemas.indexOf(schema) + 1;
        }

        @Override
        public synchronized Schema byId(int id) {
            if (id < 1 || id > schemas.size()) {
                throw new UnknownSchema("error 40403: no schema has the id " + id, 40403);
            }
            return schemas.get(id - 1);
        }
    }
}
