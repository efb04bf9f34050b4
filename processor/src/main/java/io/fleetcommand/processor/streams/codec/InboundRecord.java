package io.fleetcommand.processor.streams.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * One record as it came.
 *
 * @param key empty if it had none
 * @param value empty if it had none; see {@code hasValue}
 */
public record InboundRecord(
        String topic, int partition, long offset, byte[] key, byte[] value, boolean hasValue, Headers headers) {
    /** Many times what any request needs; whatever is derived from so much fits into a record of Kafka's usual size. */
    static final int MAX_BYTES = 65_536;

    /** How much of an over-long key or value is kept. */
    static final int BYTES_KEPT = 262_144;

    private static final int LONGEST_KEY = 1_024;

    boolean isTooLong() {
        return key.length + value.length > MAX_BYTES || headerBytes() > MAX_BYTES;
    }

    public long headerBytes() {
        long bytes = 0;
        for (Header header : headers) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    public RecordPosition position() {
        return new RecordPosition(topic, partition, offset);
    }

    /** Bytes as they came, or the beginning of very many. */
    static byte[] kept(byte[] bytes) {
        return bytes.length <= BYTES_KEPT ? bytes : Arrays.copyOf(bytes, BYTES_KEPT);
    }

    /** The key for records about this one. */
    public byte[] shortKey() {
        return key.length <= LONGEST_KEY ? key : Arrays.copyOf(key, LONGEST_KEY);
    }

    public String keyText() {
        return new String(key, StandardCharsets.UTF_8);
    }
}
