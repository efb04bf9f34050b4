package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QueuePosition.Queue;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Requester;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Encodes queue positions, queues and times as store keys whose byte order is their natural order. All numbers are
 * non-negative, so their big-endian bytes sort as they do. Topic names are length-prefixed, so that none can look like
 * the end of another.
 */
public final class QueueKeyCodec {
    private static final byte END = 0;
    private static final Priority[] PRIORITIES = Priority.values();
    private static final Queue[] QUEUES = Queue.values();

    private QueueKeyCodec() {}

    public static Bytes of(QueuePosition position) {
        return key(position, position.rank(), position.sequence());
    }

    /** The upper bound of the keys of a queue: no position in it has a greater key. */
    public static Bytes endOfQueue(QueuePosition position) {
        return key(position, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** The position in a key made by {@link #of(QueuePosition)}. */
    public static QueuePosition position(Bytes key) {
        byte[] bytes = key.get();
        int end = 0;
        while (bytes[end] != END) {
            end++;
        }
        ByteBuffer remaining = ByteBuffer.wrap(bytes, end + 1, bytes.length - end - 1);
        Priority priority = PRIORITIES[remaining.get()];
        Queue queue = QUEUES[remaining.get()];
        Requester requester = requester(remaining);
        return new QueuePosition(
                new String(bytes, 0, end, StandardCharsets.UTF_8),
                new QueuePosition.Line(priority, queue, requester),
                remaining.getLong(),
                remaining.getLong());
    }

    /** The key of a time; the sequence keeps entries of the same millisecond apart. */
    public static Bytes of(long timeMs, long sequence) {
        return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(timeMs)
                .putLong(sequence)
                .array());
    }

    /** The time in a key made by {@link #of(long, long)}. */
    public static long timeMs(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong();
    }

    /** The key of a ticket number in a queue. */
    public static Bytes of(QueueKey queue, long ticket) {
        byte[] topic = topic(queue.requester());
        ByteBuffer key = ByteBuffer.allocate(2 + Integer.BYTES + topic.length + Long.BYTES);
        return Bytes.wrap(put(key.put((byte) queue.priority().ordinal()), topic, queue.requester())
                .putLong(ticket)
                .array());
    }

    /** A queue and a device, as a store value or key. */
    public static Bytes of(QueueKey queue, String deviceId) {
        byte[] topic = topic(queue.requester());
        byte[] device = deviceId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer value = ByteBuffer.allocate(2 + Integer.BYTES + topic.length + device.length);
        return Bytes.wrap(put(value.put((byte) queue.priority().ordinal()), topic, queue.requester())
                .put(device)
                .array());
    }

    /** The queue in a value made by {@link #of(QueueKey, String)}. */
    public static QueueKey queue(Bytes value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.get());
        return new QueueKey(PRIORITIES[bytes.get()], requester(bytes));
    }

    /** The device in a value made by {@link #of(QueueKey, String)}. */
    public static String deviceId(Bytes value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.get());
        bytes.get();
        requester(bytes);
        return new String(value.get(), bytes.position(), bytes.remaining(), StandardCharsets.UTF_8);
    }

    private static Requester requester(ByteBuffer bytes) {
        byte[] topic = new byte[bytes.getInt()];
        bytes.get(topic);
        return new Requester(new String(topic, StandardCharsets.UTF_8), bytes.get());
    }

    private static ByteBuffer put(ByteBuffer to, byte[] topic, Requester requester) {
        return to.putInt(topic.length).put(topic).put((byte) requester.bucket());
    }

    private static byte[] topic(Requester requester) {
        return requester.topic().getBytes(StandardCharsets.UTF_8);
    }

    private static Bytes key(QueuePosition position, long rank, long sequence) {
        byte[] device = position.deviceId().getBytes(StandardCharsets.UTF_8);
        QueuePosition.Line line = position.line();
        byte[] topic = topic(line.requester());
        int length = device.length + 4 + Integer.BYTES + topic.length + 2 * Long.BYTES;
        ByteBuffer key = ByteBuffer.allocate(length)
                .put(device)
                .put(END)
                .put((byte) line.priority().ordinal())
                .put((byte) line.queue().ordinal());
        return Bytes.wrap(put(key, topic, line.requester())
                .putLong(rank)
                .putLong(sequence)
                .array());
    }
}
