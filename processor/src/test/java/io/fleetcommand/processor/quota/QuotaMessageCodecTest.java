package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QuotaMessageCodecTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new SerializationException("retrieving", new IOException("refused")), true),
                Arguments.of(new TimeoutException("retrieving"), true),
                Arguments.of(new SerializationException("deserializing", new EOFException()), false),
                Arguments.of(
                        new SerializationException("deserializing", new InvalidNumberEncodingException("int")), false),
                Arguments.of(new SerializationException("retrieving", new IOException("Invalid schema {}")), false));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void onlyAFailureOfTheRegistryMayHideAMessage(RuntimeException failure, boolean mayHoldAMessage) {
        QuotaMessageCodec codec =
                new QuotaMessageCodec("fleet.quota", (topic, message) -> new byte[0], (topic, bytes) -> {
                    throw failure;
                });

        assertThat(codec.read(new byte[6]))
                .isEqualTo(
                        mayHoldAMessage
                                ? new ReceivedMessage.Unavailable(failure.getMessage())
                                : new ReceivedMessage.Unreadable(failure.getMessage()));
    }
}
