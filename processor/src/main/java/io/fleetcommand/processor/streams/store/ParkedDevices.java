package io.fleetcommand.processor.streams.store;

import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.streams.codec.QueueKeyCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Parked devices in state stores without a changelog. A queue is a run of numbers, so that its first is looked up and
 * not searched for among those that have left it. In memory are where each queue begins and ends: as much as there are
 * queues. Owned by the task's stream thread.
 */
public final class ParkedDevices implements ParkedDeviceStore {
    /** Lines by device. */
    public static final String DEVICES = "parked-devices";
    /** Devices by queue and number, and numbers by queue and device. */
    public static final String QUEUES = "parked-queues";
    /** Queues and devices by time. */
    public static final String REMINDERS = "parked-reminders";

    private static final int MAX_WOKEN = 100;

    private final KeyValueStore<String, byte[]> devices;
    private final KeyValueStore<Bytes, String> queues;
    private final KeyValueStore<Bytes, Bytes> reminders;
    private final Map<QueueKey, Run> runs = new HashMap<>();
    /** No reminder before this one is in the store: what was taken out of it leaves gaps that are slow to read over. */
    private Bytes earliest = QueueKeyCodec.of(Long.MAX_VALUE, 0);

    private int parked;
    private long sequence;

    private ParkedDevices(
            KeyValueStore<String, byte[]> devices,
            KeyValueStore<Bytes, String> queues,
            KeyValueStore<Bytes, Bytes> reminders) {
        this.devices = devices;
        this.queues = queues;
        this.reminders = reminders;
    }

    /** Empty, whatever an earlier task has left. */
    public static ParkedDevices of(ProcessingContext context) {
        ParkedDevices parked = new ParkedDevices(
                context.getStateStore(DEVICES), context.getStateStore(QUEUES), context.getStateStore(REMINDERS));
        clear(parked.devices);
        clear(parked.queues);
        clear(parked.reminders);
        return parked;
    }

    private static <K, V> void clear(KeyValueStore<K, V> store) {
        try (KeyValueIterator<K, V> left = store.all()) {
            left.forEachRemaining(entry -> store.put(entry.key, null));
        }
    }

    @Override
    public List<QueuePosition> lines(String deviceId) {
        return Optional.ofNullable(parked == 0 ? null : devices.get(deviceId))
                .map(ParkedDevices::decoded)
                .orElse(List.of());
    }

    @Override
    public void park(String deviceId, List<QueuePosition> lines) {
        parked += devices.get(deviceId) == null ? 1 : 0;
        devices.put(deviceId, encoded(lines));
    }

    @Override
    public void unpark(String deviceId) {
        parked--;
        devices.put(deviceId, null);
    }

    @Override
    public int parked() {
        return parked;
    }

    @Override
    public void enqueue(QueueKey queue, String deviceId) {
        Bytes place = QueueKeyCodec.of(queue, deviceId);
        if (queues.get(place) == null) {
            Run run = runs.computeIfAbsent(queue, none -> new Run());
            queues.put(place, Long.toString(run.next));
            queues.put(QueueKeyCodec.of(queue, run.next++), deviceId);
        }
    }

    @Override
    public Optional<String> dequeue(QueueKey queue) {
        Run run = runs.get(queue);
        if (run == null) {
            return Optional.empty();
        }
        Bytes key = QueueKeyCodec.of(queue, run.first++);
        String device = queues.get(key);
        queues.put(key, null);
        queues.put(QueueKeyCodec.of(queue, device), null);
        if (run.first == run.next) {
            runs.remove(queue);
        }
        return Optional.of(device);
    }

    @Override
    public boolean isEmpty(QueueKey queue) {
        return !runs.containsKey(queue);
    }

    @Override
    public List<QueueKey> queues() {
        return runs.keySet().stream()
                .sorted(Comparator.comparing(QueueKey::priority))
                .toList();
    }

    @Override
    public void scheduleUnpark(long atMs, QueueKey queue, String deviceId) {
        Bytes key = QueueKeyCodec.of(Math.max(0, atMs), ++sequence);
        reminders.put(key, QueueKeyCodec.of(queue, deviceId));
        earliest = key.compareTo(earliest) < 0 ? key : earliest;
    }

    @Override
    public void onTimer(long nowMs) {
        if (QueueKeyCodec.timeMs(earliest) > nowMs) {
            return;
        }
        try (KeyValueIterator<Bytes, Bytes> due = reminders.range(earliest, null)) {
            for (int woken = 0; woken < MAX_WOKEN && due.hasNext(); woken++) {
                KeyValue<Bytes, Bytes> next = due.next();
                earliest = next.key;
                if (QueueKeyCodec.timeMs(next.key) > nowMs) {
                    return;
                }
                reminders.put(next.key, null);
                enqueue(QueueKeyCodec.queue(next.value), QueueKeyCodec.deviceId(next.value));
            }
            if (!due.hasNext()) {
                earliest = QueueKeyCodec.of(Long.MAX_VALUE, 0);
            }
        }
    }

    private static byte[] encoded(List<QueuePosition> lines) {
        List<byte[]> keys =
                lines.stream().map(QueueKeyCodec::of).map(Bytes::get).toList();
        ByteBuffer bytes = ByteBuffer.allocate(
                keys.stream().mapToInt(key -> Short.BYTES + key.length).sum());
        keys.forEach(key -> bytes.putShort((short) key.length).put(key));
        return bytes.array();
    }

    private static List<QueuePosition> decoded(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        List<QueuePosition> lines = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] key = new byte[bytes.getShort()];
            bytes.get(key);
            lines.add(QueueKeyCodec.place(Bytes.wrap(key)));
        }
        return lines;
    }

    /** The numbers of those that wait in a queue. */
    private static final class Run {
        private long first;
        private long next;
    }
}
