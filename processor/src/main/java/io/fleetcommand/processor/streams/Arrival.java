package io.fleetcommand.processor.streams;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * One record as it came.
 *
 * @param key empty if it had none
 * @param value empty if it had none; see {@code hasValue}
 */
record Arrival(String topic, int partition, long offset, byte[] key, byte[] value, boolean hasValue, Headers headers) {
    String keyText() {
        return new String(key, StandardCharsets.UTF_8);
    }
}
