package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.avro.AvroTypeException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadFailureTest {
    static Stream<Arguments> failures() {
        UnreadableRecord unreadable = new UnreadableRecord("the value is no DeviceCommand of schema 7");
        return Stream.of(
                // As thrown by ours, also as the cause of another exception.
                Arguments.of(ReadFailure.UNKNOWN_SCHEMA, new UnknownSchema("no schema has the id 7", 40403)),
                Arguments.of(ReadFailure.UNFIT_SCHEMA, unreadable.ofSchema()),
                Arguments.of(ReadFailure.BYTES, unreadable),
                Arguments.of(ReadFailure.REGISTRY, new RegistryUnavailable("no registry answers", new IOException())),
                Arguments.of(
                        ReadFailure.REGISTRY,
                        new IllegalStateException(new RegistryUnavailable("no registry answers", new IOException()))),
                // As thrown by Confluent's deserializer.
                Arguments.of(
                        ReadFailure.UNKNOWN_SCHEMA,
                        retrieving(new RestClientException("Schema 7 not found", 404, 40403))),
                Arguments.of(ReadFailure.REGISTRY, retrieving(new RestClientException("<html>", 500, 50005))),
                Arguments.of(
                        ReadFailure.REGISTRY,
                        retrieving(new RestClientException("it said 'error code: 40403'", 500, 500))),
                Arguments.of(ReadFailure.REGISTRY, retrieving(new IOException("Connection refused"))),
                Arguments.of(ReadFailure.REGISTRY, new InvalidConfigurationException("Unauthorized; error code: 401")),
                Arguments.of(ReadFailure.REGISTRY, new TimeoutException("Error retrieving Avro value schema for id 7")),
                Arguments.of(ReadFailure.UNFIT_SCHEMA, retrieving(new IOException("Invalid schema of type PROTOBUF"))),
                Arguments.of(ReadFailure.BYTES, deserializing(new EOFException())),
                Arguments.of(
                        ReadFailure.BYTES, deserializing(new InvalidNumberEncodingException("Invalid int encoding"))),
                Arguments.of(ReadFailure.BYTES, deserializing(new AvroTypeException("Found Claimed, expecting"))),
                Arguments.of(ReadFailure.BYTES, deserializing(new ArrayIndexOutOfBoundsException(7))),
                // Any other exception that a deserializer throws.
                Arguments.of(ReadFailure.BYTES, new UnsupportedOperationException("Cannot read strings longer than")),
                Arguments.of(ReadFailure.BYTES, new StackOverflowError()),
                Arguments.of(ReadFailure.BYTES, new NullPointerException()));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void isClassifiedByItsCause(ReadFailure expected, Throwable failure) {
        assertThat(ReadFailure.of(failure)).isEqualTo(expected);
    }

    @Test
    void aRingOfCausesEnds() {
        IllegalStateException first = new IllegalStateException();
        first.initCause(new IllegalArgumentException(first));
        assertThat(ReadFailure.of(first)).isEqualTo(ReadFailure.BYTES);
    }

    private static SerializationException retrieving(Exception cause) {
        return new SerializationException("Error retrieving Avro value schema for id 7", cause);
    }

    private static SerializationException deserializing(Exception cause) {
        return new SerializationException("Error deserializing Avro message for id 7", cause);
    }
}
