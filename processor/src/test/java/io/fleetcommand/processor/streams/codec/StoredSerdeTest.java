package io.fleetcommand.processor.streams.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.DeviceBackoff;
import io.fleetcommand.processor.core.request.Value;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoredSerdeTest {
    static Stream<Value> values() {
        return Stream.of(
                new Value.Whole(-1),
                new Value.Fraction(0.5),
                new Value.Truth(false),
                new Value.Text("warm"),
                new Value.Text(""));
    }

    @ParameterizedTest
    @MethodSource("values")
    void givesBackAReading(Value value) {
        CachedReading reading = new CachedReading(value, 200, 17);
        assertThat(again(StoredSerde.readings(), reading)).isEqualTo(reading);
    }

    @Test
    void givesBackANote() {
        CachedReading altered = new CachedReading(new Value.Text("***"), 200, 17, "parts were replaced");
        assertThat(again(StoredSerde.readings(), altered)).isEqualTo(altered);
    }

    @Test
    void readsAReadingOfBeforeThereWereNotes() {
        byte[] stored = HexFormat.of().parseHex("c3013963735318d1975a08087761726d900322");
        assertThat(StoredSerde.readings().deserializer().deserialize("store", stored))
                .isEqualTo(new CachedReading(new Value.Text("warm"), 200, 17));
    }

    @Test
    void givesBackABackOff() {
        assertThat(again(StoredSerde.deviceBackoffs(), new DeviceBackoff(3, 99)))
                .isEqualTo(new DeviceBackoff(3, 99));
    }

    @Test
    void nothingStaysNothing() {
        assertThat(again(StoredSerde.deviceBackoffs(), null)).isNull();
    }

    @Test
    void saysWhatIsUnreadable() {
        assertThatThrownBy(() -> StoredSerde.readings().deserializer().deserialize("store", new byte[] {1}))
                .hasMessageContaining("a cached reading cannot be read");
    }

    private static <T> T again(Serde<T> serde, T value) {
        return serde.deserializer().deserialize("store", serde.serializer().serialize("store", value));
    }
}
