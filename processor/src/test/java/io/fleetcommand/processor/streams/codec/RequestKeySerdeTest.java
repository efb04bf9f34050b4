package io.fleetcommand.processor.streams.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fleetcommand.processor.core.request.RequestKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestKeySerdeTest {
    private final RequestKeySerde serde = new RequestKeySerde();

    @Test
    void everyIdentityHasBytesOfItsOwnAndComesBackFromThem() {
        List<String> texts = List.of("", "a", "b", "ab", "/", "a/", "\u0000", "\u0000a", "ä", "温度", "x".repeat(200));
        Set<ByteBuffer> all = new HashSet<>();
        for (String device : texts) {
            for (String request : texts) {
                RequestKey key = new RequestKey(device, request);
                byte[] bytes = serde.serializer().serialize("store", key);
                all.add(ByteBuffer.wrap(bytes));
                assertThat(serde.deserializer().deserialize("store", bytes)).isEqualTo(key);
            }
        }

        assertThat(all).hasSize(texts.size() * texts.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "d", "door-7", "~~door-7"})
    void anIdAloneIsNoIdentity(String id) {
        assertThatIllegalStateException()
                .isThrownBy(() -> serde.deserializer().deserialize("store", id.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("cannot be read");
    }

    @Test
    void nothingIsNothing() {
        assertThat(serde.serializer().serialize("store", null)).isNull();
        assertThat(serde.deserializer().deserialize("store", null)).isNull();
    }
}
