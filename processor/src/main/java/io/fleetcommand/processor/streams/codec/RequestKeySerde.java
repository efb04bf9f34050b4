package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.RequestKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serde of a request's identity as a state store key: the length of the device id, the device id, then the request id,
 * in UTF-8. The length prefix makes the encoding unambiguous whatever characters the ids hold.
 */
public final class RequestKeySerde implements Serde<RequestKey> {
    @Override
    public Serializer<RequestKey> serializer() {
        return (topic, key) -> key == null ? null : bytes(key);
    }

    @Override
    public Deserializer<RequestKey> deserializer() {
        return (topic, bytes) -> bytes == null ? null : key(ByteBuffer.wrap(bytes));
    }

    private static byte[] bytes(RequestKey key) {
        byte[] device = key.deviceId().getBytes(StandardCharsets.UTF_8);
        byte[] request = key.requestId().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + device.length + request.length)
                .putShort((short) device.length)
                .put(device)
                .put(request)
                .array();
    }

    private static RequestKey key(ByteBuffer bytes) {
        int length = bytes.remaining() < Short.BYTES ? -1 : bytes.getShort();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalStateException("a request's identity in the ledger cannot be read: it was written by an"
                    + " earlier build, which kept requests by their ids alone, or the store is damaged");
        }
        byte[] device = new byte[length];
        bytes.get(device);
        byte[] request = new byte[bytes.remaining()];
        bytes.get(request);
        return new RequestKey(new String(device, StandardCharsets.UTF_8), new String(request, StandardCharsets.UTF_8));
    }
}
