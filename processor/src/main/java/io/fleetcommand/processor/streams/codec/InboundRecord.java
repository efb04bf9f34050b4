package io.fleetcommand.processor.streams.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A record as it was consumed.
 *
 * @param key empty if the record has none
 * @param value empty if the record has none; see {@code hasValue}
 */
public record InboundRecord(
        String topic, int partition, long offset, byte[] key, byte[] value, boolean hasValue, Headers headers) {
    /**
     * Limit of key and value together, and of the headers. Far above what any request needs; every record derived from
     * one of this size stays below Kafka's default maximum of 1 MB.
     */
    static final int MAX_BYTES = 65_536;

    /** Bytes kept of an oversized key or value. */
    static final int BYTES_KEPT = 262_144;

    private static final int MAX_KEY_BYTES = 1_024;

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

    /** The bytes, truncated to {@code BYTES_KEPT}. */
    static byte[] truncated(byte[] bytes) {
        return bytes.length <= BYTES_KEPT ? bytes : Arrays.copyOf(bytes, BYTES_KEPT);
    }

    /** The key, truncated, for records published about this one. */
    public byte[] shortKey() {
        return key.length <= MAX_KEY_BYTES ? key : Arrays.copyOf(key, MAX_KEY_BYTES);
    }

    public String keyText() {
        return new String(key, StandardCharsets.UTF_8);
    }
}
