package io.fleetcommand.processor.streams.store;

import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.request.VariableId;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/** The latest value of each recently read variable, in a state store. Confined to the task's stream thread. */
public final class ReadingCache {
    /** Readings by device, product and variable. */
    public static final String STORE = "observations";

    private final KeyValueStore<String, CachedReading> store;

    public ReadingCache(KeyValueStore<String, CachedReading> store) {
        this.store = store;
    }

    public Optional<CachedReading> find(VariableId variable) {
        return Optional.ofNullable(store.get(key(variable)));
    }

    public void put(VariableId variable, CachedReading reading) {
        store.put(key(variable), reading);
    }

    private static String key(VariableId variable) {
        return variable.deviceId() + '/' + variable.product() + '/' + variable.name();
    }
}
