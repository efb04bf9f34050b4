package io.fleetcommand.systemtest.baseline;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.Topics;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Where a baseline runs: read from a settings file of the processor, of which it needs a few. */
record Surroundings(Properties settings) {
    private static final int PARTITIONS = 12;
    private static final long PATIENCE_S = 30;

    /** @param arguments the path of the file */
    static Surroundings of(String... arguments) throws IOException {
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(file);
        }
        return new Surroundings(settings);
    }

    Topics topics() {
        return new Topics(settings.getProperty("topic.prefix"));
    }

    int inFlight() {
        return Integer.parseInt(settings.getProperty("calls.max.in.flight"));
    }

    Map<String, Object> kafka() {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                settings.getProperty("bootstrap.servers"),
                "schema.registry.url",
                settings.getProperty("schema.registry.url")));
    }

    Deserializer<Object> deserializer() {
        Deserializer<Object> deserializer = new AvroDeserializer();
        deserializer.configure(kafka(), false);
        return deserializer;
    }

    Serializer<Object> serializer() {
        Serializer<Object> serializer = new AvroSerializer();
        serializer.configure(kafka(), false);
        return serializer;
    }

    /** Makes the topics for commands and their results. */
    void createTopics() throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = Admin.create(kafka())) {
            admin.createTopics(List.of(
                            new NewTopic(topics().commands(), PARTITIONS, (short) 1),
                            new NewTopic(topics().commandResults(), PARTITIONS, (short) 1)))
                    .all()
                    .get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    /** The cloud, with a token that is fetched once. */
    PlainCloud cloud(OkHttpClient client) throws IOException {
        Request token = new Request.Builder()
                .url(settings.getProperty("token.service.url") + "/v1/token")
                .header("Authorization", "Bearer " + settings.getProperty("token.service.secret"))
                .build();
        try (Response response = client.newCall(token).execute()) {
            if (response.code() != 200) {
                throw new IOException("the token-service answers " + response.code());
            }
            return new PlainCloud(
                    client,
                    settings.getProperty("cloud.url"),
                    settings.getProperty("product"),
                    new ObjectMapper()
                            .readTree(response.body().bytes())
                            .path("value")
                            .asText());
        }
    }
}
