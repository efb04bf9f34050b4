package io.fleetcommand.processor.streams.store;

import io.fleetcommand.processor.core.ledger.DeviceBackoff;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ports.DeviceBackoffs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * State store of device back-offs: the devices whose calls failed and that have not answered since, so that a task that
 * starts leaves them alone as its predecessor did. Only their count is in memory. Confined to the task's stream thread.
 */
public final class DeviceBackoffStore implements DeviceBackoffs {
    /** Back-offs by device id. */
    public static final String STORE = "device-rests";

    private static final int MAX_PER_STEP = 500;

    private final KeyValueStore<String, DeviceBackoff> store;
    private final Ledger ledger;
    private int count;
    private String position = "";

    public DeviceBackoffStore(KeyValueStore<String, DeviceBackoff> store, Ledger ledger, long nowMs) {
        this.store = store;
        this.ledger = ledger;
        try (KeyValueIterator<String, DeviceBackoff> kept = store.all()) {
            kept.forEachRemaining(entry -> {
                count++;
                DeviceBackoff restored = ledger.onRestore(entry.value, nowMs);
                if (!restored.equals(entry.value)) {
                    store.put(entry.key, restored);
                }
            });
        }
    }

    @Override
    public OptionalLong untilMs(String deviceId) {
        return find(deviceId).map(backoff -> OptionalLong.of(backoff.untilMs())).orElse(OptionalLong.empty());
    }

    /** Number of devices that are in back-off, or were and have not answered since. */
    public int count() {
        return count;
    }

    /**
     * Starts or extends the back-off of a device whose call failed.
     *
     * @return when it ends
     */
    public long backOff(String deviceId, Outcome.Kind kind, long nowMs) {
        Optional<DeviceBackoff> known = find(deviceId);
        DeviceBackoff backoff = ledger.backOff(known, kind, nowMs);
        count += known.isPresent() ? 0 : 1;
        store.put(deviceId, backoff);
        return backoff.untilMs();
    }

    /**
     * Ends the back-off of a device that answered.
     *
     * @return whether it was in the store
     */
    public boolean reached(String deviceId) {
        boolean known = find(deviceId).isPresent();
        if (known) {
            store.put(deviceId, null);
            count--;
        }
        return known;
    }

    /**
     * The next devices, of a bounded step through the store, whose back-off ended so long ago that it can be forgotten.
     */
    public List<String> forgettable(long nowMs) {
        List<String> forgettable = new ArrayList<>();
        if (count == 0) {
            return forgettable;
        }
        try (KeyValueIterator<String, DeviceBackoff> range = store.range(position, null)) {
            for (int seen = 0; seen < MAX_PER_STEP && range.hasNext(); seen++) {
                KeyValue<String, DeviceBackoff> next = range.next();
                if (ledger.isForgettable(next.value, nowMs)) {
                    forgettable.add(next.key);
                }
            }
            position = range.hasNext() ? range.peekNextKey() : "";
        }
        return forgettable;
    }

    private Optional<DeviceBackoff> find(String deviceId) {
        return count == 0 ? Optional.empty() : Optional.ofNullable(store.get(deviceId));
    }
}
