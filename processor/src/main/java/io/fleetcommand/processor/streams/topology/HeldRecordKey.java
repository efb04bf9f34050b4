package io.fleetcommand.processor.streams.topology;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/** Keys of the store of held records: in read order, with journal events in a range of their own. */
final class HeldRecordKey {
    private static final byte JOURNAL = 0;
    private static final byte OTHERS = 1;

    private HeldRecordKey() {}

    static Bytes ofJournal(long sequence) {
        return key(JOURNAL, sequence);
    }

    static Bytes ofOthers(long sequence) {
        return key(OTHERS, sequence);
    }

    static long sequence(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong(1);
    }

    private static Bytes key(byte range, long sequence) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Long.BYTES).put(range).putLong(sequence).array());
    }
}
