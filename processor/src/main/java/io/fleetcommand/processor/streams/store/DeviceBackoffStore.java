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
 * The devices whose calls failed and that have not answered since: kept, so that a task that starts leaves them alone as the
 * one before it did. In memory is how many there are. Owned by the task's stream thread.
 */
public final class DeviceBackoffStore implements DeviceBackoffs {
    /** Rests by device. */
    public static final String STORE = "device-rests";

    private static final int STEP = 500;

    private final KeyValueStore<String, DeviceBackoff> store;
    private final Ledger ledger;
    private int resting;
    private String position = "";

    public DeviceBackoffStore(KeyValueStore<String, DeviceBackoff> store, Ledger ledger, long nowMs) {
        this.store = store;
        this.ledger = ledger;
        try (KeyValueIterator<String, DeviceBackoff> kept = store.all()) {
            kept.forEachRemaining(rest -> {
                resting++;
                DeviceBackoff inherited = ledger.onRestore(rest.value, nowMs);
                if (!inherited.equals(rest.value)) {
                    store.put(rest.key, inherited);
                }
            });
        }
    }

    @Override
    public OptionalLong untilMs(String deviceId) {
        return find(deviceId).map(backoff -> OptionalLong.of(backoff.untilMs())).orElse(OptionalLong.empty());
    }

    /** How many devices rest, or have rested and have not answered since. */
    public int resting() {
        return resting;
    }

    public void backOff(String deviceId, Outcome.Kind kind, long nowMs) {
        Optional<DeviceBackoff> known = find(deviceId);
        resting += known.isPresent() ? 0 : 1;
        store.put(deviceId, ledger.backOff(known, kind, nowMs));
    }

    /** Whether the device had not answered before. */
    public boolean reached(String deviceId) {
        boolean rested = find(deviceId).isPresent();
        if (rested) {
            store.put(deviceId, null);
            resting--;
        }
        return rested;
    }

    /** The next few of the devices that nobody has called for long, which may count as any other again. */
    public List<String> forgettable(long nowMs) {
        List<String> old = new ArrayList<>();
        if (resting == 0) {
            return old;
        }
        try (KeyValueIterator<String, DeviceBackoff> walk = store.range(position, null)) {
            for (int seen = 0; seen < STEP && walk.hasNext(); seen++) {
                KeyValue<String, DeviceBackoff> next = walk.next();
                if (ledger.isForgettable(next.value, nowMs)) {
                    old.add(next.key);
                }
            }
            position = walk.hasNext() ? walk.peekNextKey() : "";
        }
        return old;
    }

    private Optional<DeviceBackoff> find(String deviceId) {
        return resting == 0 ? Optional.empty() : Optional.ofNullable(store.get(deviceId));
    }
}
