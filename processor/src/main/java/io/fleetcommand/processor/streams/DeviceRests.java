package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.DeviceRest;
import io.fleetcommand.processor.core.Ledger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The devices that did not answer and have not answered since: kept, so that a task that starts leaves them alone as the
 * one before it did. Few enough to be in memory too. Owned by the task's stream thread.
 */
final class DeviceRests {
    /** Rests by device. */
    static final String STORE = "device-rests";

    private final KeyValueStore<String, DeviceRest> store;
    private final Ledger ledger;
    private final Agenda agenda;
    private final Map<String, DeviceRest> rests = new HashMap<>();

    DeviceRests(KeyValueStore<String, DeviceRest> store, Ledger ledger, Agenda agenda) {
        this.store = store;
        this.ledger = ledger;
        this.agenda = agenda;
    }

    /** Learns which devices an earlier task left alone. */
    void takeOver(long nowMs) {
        try (KeyValueIterator<String, DeviceRest> kept = store.all()) {
            while (kept.hasNext()) {
                KeyValue<String, DeviceRest> next = kept.next();
                DeviceRest rest = ledger.inherited(next.value, nowMs);
                rests.put(next.key, rest);
                agenda.rest(next.key, rest.untilMs(), nowMs);
            }
        }
    }

    void unreachable(String deviceId, long nowMs) {
        DeviceRest rest = ledger.unreachable(Optional.ofNullable(rests.get(deviceId)), nowMs);
        rests.put(deviceId, rest);
        store.put(deviceId, rest);
        agenda.rest(deviceId, rest.untilMs(), nowMs);
    }

    void reached(String deviceId, long nowMs) {
        if (rests.remove(deviceId) != null) {
            store.delete(deviceId);
            agenda.wake(deviceId, nowMs);
        }
    }

    /** Forgets devices that nobody has called for long. */
    void step(long nowMs) {
        List<String> old = rests.entrySet().stream()
                .filter(rest -> ledger.isForgettable(rest.getValue(), nowMs))
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(device -> reached(device, nowMs));
    }
}
