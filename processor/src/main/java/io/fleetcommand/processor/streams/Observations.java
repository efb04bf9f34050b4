package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Variable;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/** The latest value of each variable that was read of late. Owned by the task's stream thread. */
final class Observations {
    /** Observations by device, product and variable. */
    static final String STORE = "observations";

    private final KeyValueStore<String, Observation> store;

    Observations(KeyValueStore<String, Observation> store) {
        this.store = store;
    }

    Optional<Observation> find(Variable variable) {
        return Optional.ofNullable(store.get(key(variable)));
    }

    void put(Variable variable, Observation observation) {
        store.put(key(variable), observation);
    }

    private static String key(Variable variable) {
        return variable.deviceId() + '/' + variable.product() + '/' + variable.name();
    }
}
