package io.fleetcommand.processor.streams.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.registry.AvroDeserializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many schemas callers use, a stream thread never calls the registry itself. */
class ManySchemasTest {
    private static final int SCHEMAS = 3 * AvroDeserializer.MAX_SCHEMAS;

    private final MockWebServer registry = new MockWebServer();
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final SchemaLookups schemas =
            new SchemaLookups(deserializer, background::add, InstantSource.system(), () -> 0);

    @BeforeEach
    void start() throws IOException {
        String schema = JsonNodeFactory.instance
                .objectNode()
                .put("schema", DeviceCommand.getClassSchema().toString())
                .toString();
        registry.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder().code(200).body(schema).build();
            }
        });
        registry.start();
        deserializer.configure(Map.of("schema.registry.url", registry.url("/").toString()), false);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void fewerAreReadableThanTheDeserializerKeeps() {
        assertThat(SchemaLookups.MAX_READABLE).isPositive().isLessThan(AvroDeserializer.MAX_SCHEMAS);
    }

    @Test
    void aSchemaThatIsReadableIsNotFetchedAgainByTheThreadThatReads() {
        IntStream.rangeClosed(1, SCHEMAS).forEach(id -> {
            readWithoutAsking(id);
            work();
        });

        for (int id = SCHEMAS; id > 0; id--) {
            readWithoutAsking(id);
        }
    }

    @Test
    void neitherIsOneThatIsOftenAskedForAndSeldomRead() {
        int seldomRead = 1;
        readWithoutAsking(seldomRead);
        work();
        for (int id = 2; id <= SCHEMAS; id++) {
            schemas.isPending("t", seldomRead);
            readWithoutAsking(id);
            work();
        }
        readWithoutAsking(seldomRead);
    }

    private void readWithoutAsking(int id) {
        int asked = registry.getRequestCount();
        schemas.read(
                "t",
                new RecordHeaders(),
                ByteBuffer.allocate(6).putInt(1, id).put(5, (byte) 1).array());
        assertThat(registry.getRequestCount())
                .as("schema %s is not asked for by the thread that reads", id)
                .isEqualTo(asked);
    }

    private void work() {
        while (!background.isEmpty()) {
            background.remove().run();
        }
    }
}
