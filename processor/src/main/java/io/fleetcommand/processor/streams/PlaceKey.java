package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Place.Queue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Places and times as keys of a store, whose order by bytes is theirs. All numbers are 0 or more, so that their bytes
 * sort as they do. Texts of the callers' choice stand behind their length, so that no text can look like the end of
 * another.
 */
final class PlaceKey {
    private static final byte END = 0;

    private PlaceKey() {}

    static Bytes of(Place place) {
        return key(place, place.variable(), place.rank(), place.sequence());
    }

    /** The first key that any place behind this one, with the same variable, can have. */
    static Bytes behind(Place place) {
        return key(place, place.variable(), place.rank(), place.sequence() + 1);
    }

    /** The last key that any place of this line, with the same variable, can have. */
    static Bytes endOfVariable(Place place) {
        return key(place, place.variable(), Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** The first key that any place of this line can have. */
    static Bytes startOfLine(Place place) {
        return key(place, "", 0, 0);
    }

    /** The last key that any place of this line can have: names of variables are letters, digits, _ and -. */
    static Bytes endOfLine(Place place) {
        return key(place, "~", Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** The first key that any poll of a device in a lane can have. */
    static Bytes startOfPolls(String deviceId, Lane lane) {
        return startOfLine(new Place(deviceId, new Place.Line(lane, Queue.POLLS, ""), "", 0, 0));
    }

    /** Behind the last key that any poll of a device in a lane can have: no requester's name is so long. */
    static Bytes endOfPolls(String deviceId, Lane lane) {
        byte[] start = startOfPolls(deviceId, lane).get();
        ByteBuffer.wrap(start).putInt(length(deviceId) + 3, Integer.MAX_VALUE);
        return Bytes.wrap(start);
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

    private static int length(String deviceId) {
        return deviceId.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Bytes key(Place place, String variable, long rank, long sequence) {
        byte[] device = place.deviceId().getBytes(StandardCharsets.UTF_8);
        byte[] requester = place.line().requester().getBytes(StandardCharsets.UTF_8);
        byte[] name = variable.getBytes(StandardCharsets.UTF_8);
        int length = device.length + 3 + Integer.BYTES + requester.length + name.length + 1 + 2 * Long.BYTES;
        return Bytes.wrap(ByteBuffer.allocate(length)
                .put(device)
                .put(END)
                .put((byte) place.line().lane().ordinal())
                .put((byte) place.line().queue().ordinal())
                .putInt(requester.length)
                .put(requester)
                .put(name)
                .put(END)
                .putLong(rank)
                .putLong(sequence)
                .array());
    }
}
