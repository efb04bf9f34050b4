package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/** Places and times as keys of a store, whose order by bytes is theirs. */
final class PlaceKey {
    private static final byte END_OF_DEVICE = 0;

    private PlaceKey() {}

    static Bytes of(Place place) {
        return ordered(place, place.rank(), place.sequence());
    }

    /** The first key that any place behind this one in its queue can have. */
    static Bytes behind(Place place) {
        return ordered(place, place.rank(), place.sequence() + 1);
    }

    /** The last key that any place of this queue can have. */
    static Bytes endOfQueue(Place place) {
        return ordered(place, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** The key of a time; the sequence tells apart what falls into the same millisecond. */
    static Bytes of(long timeMs, long sequence) {
        return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(timeMs)
                .putLong(sequence)
                .array());
    }

    /** The time in a key made by {@link #of(long, long)}. */
    static long timeMs(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong();
    }

    /** All numbers are 0 or more, so that their bytes sort as they do. */
    private static Bytes ordered(Place place, long rank, long sequence) {
        byte[] device = place.deviceId().getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(device.length + 3 + 2 * Long.BYTES)
                .put(device)
                .put(END_OF_DEVICE)
                .put((byte) place.lane().ordinal())
                .put((byte) place.queue().ordinal())
                .putLong(rank)
                .putLong(sequence)
                .array());
    }
}
