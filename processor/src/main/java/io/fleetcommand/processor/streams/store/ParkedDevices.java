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
 * Parked devices in state stores without changelog. A queue is a run of consecutive ticket numbers, so that its head is
 * looked up directly instead of scanning over deleted entries. Only the first and next ticket of each queue are in
 * memory. Confined to the task's stream thread.
 */
public final class ParkedDevices implements ParkedDeviceStore {
    /** Queue positions of the heads of a device's queues, by device id. */
    public static final String DEVICES = "parked-devices";
    /** Devices by queue and ticket, and tickets by queue and device. */
    public static final String QUEUES = "parked-queues";
    /** Timers: queues and devices by due time. */
    public static final String REMINDERS = "parked-reminders";

    private static final int MAX_PER_TIMER = 100;

    private final KeyValueStore<String, byte[]> devices;
    private final KeyValueStore<Bytes, String> queues;
    private final KeyValueStore<Bytes, Bytes> timers;
    private final Map<QueueKey, TicketRange> ranges = new HashMap<>();
    /** Lower bound of the keys in the timer store: deleted keys leave tombstones that are slow to scan over. */
    private Bytes earliest = QueueKeyCodec.of(Long.MAX_VALUE, 0);

    private int parked;
    private long sequence;

    private ParkedDevices(
            KeyValueStore<String, byte[]> devices,
            KeyValueStore<Bytes, String> queues,
            KeyValueStore<Bytes, Bytes> timers) {
        this.devices = devices;
        this.queues = queues;
        this.timers = timers;
    }

    /** Opens the stores and clears what an earlier task left in them. */
    public static ParkedDevices of(ProcessingContext context) {
        ParkedDevices parked = new ParkedDevices(
                context.getStateStore(DEVICES), context.getStateStore(QUEUES), context.getStateStore(REMINDERS));
        clear(parked.devices);
        clear(parked.queues);
        clear(parked.timers);
        return parked;
    }

    private static <K, V> void clear(KeyValueStore<K, V> store) {
        try (KeyValueIterator<K, V> entries = store.all()) {
            entries.forEachRemaining(entry -> store.put(entry.key, null));
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
        Bytes ticketKey = QueueKeyCodec.of(queue, deviceId);
        if (queues.get(ticketKey) == null) {
            TicketRange range = ranges.computeIfAbsent(queue, absent -> new TicketRange());
            queues.put(ticketKey, Long.toString(range.next));
            queues.put(QueueKeyCodec.of(queue, range.next++), deviceId);
        }
    }

    @Override
    public Optional<String> dequeue(QueueKey queue) {
        TicketRange range = ranges.get(queue);
        if (range == null) {
            return Optional.empty();
        }
        Bytes key = QueueKeyCodec.of(queue, range.first++);
        String device = queues.get(key);
        queues.put(key, null);
        queues.put(QueueKeyCodec.of(queue, device), null);
        if (range.first == range.next) {
            ranges.remove(queue);
        }
        return Optional.of(device);
    }

    @Override
    public boolean isEmpty(QueueKey queue) {
        return !ranges.containsKey(queue);
    }

    @Override
    public List<QueueKey> queues() {
        return ranges.keySet().stream()
                .sorted(Comparator.comparing(QueueKey::priority))
                .toList();
    }

    @Override
    public void scheduleUnpark(long atMs, QueueKey queue, String deviceId) {
        Bytes key = QueueKeyCodec.of(Math.max(0, atMs), ++sequence);
        timers.put(key, QueueKeyCodec.of(queue, deviceId));
        earliest = key.compareTo(earliest) < 0 ? key : earliest;
    }

    @Override
    public void onTimer(long nowMs) {
        if (QueueKeyCodec.timeMs(earliest) > nowMs) {
            return;
        }
        try (KeyValueIterator<Bytes, Bytes> due = timers.range(earliest, null)) {
            for (int count = 0; count < MAX_PER_TIMER && due.hasNext(); count++) {
                KeyValue<Bytes, Bytes> next = due.next();
                earliest = next.key;
                if (QueueKeyCodec.timeMs(next.key) > nowMs) {
                    return;
                }
                timers.put(next.key, null);
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
            lines.add(QueueKeyCodec.position(Bytes.wrap(key)));
        }
        return lines;
    }

    /** The range of ticket numbers of a queue: {@code first} inclusive, {@code next} exclusive. */
    private static final class TicketRange {
        private long first;
        private long next;
    }
}
