package io.fleetcommand.systemtest.baseline;

import io.fleetcommand.model.DeviceCommand;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Kafka Streams as it is tempting to use it: each record's call is made in the processor, and the stream thread waits
 * for it. So there are never more calls in flight than partitions, whatever the limit.
 */
public final class BlockingStreamsBaseline {
    private static final int THREADS = 12;

    private BlockingStreamsBaseline() {}

    /** @param arguments the path of a settings file of the processor */
    public static void main(String[] arguments) throws Exception {
        Surroundings around = Surroundings.of(arguments);
        around.createTopics();
        PlainCloud cloud = around.cloud(PlainCloud.client(around.inFlight()));
        Serde<Object> values = Serdes.serdeFrom(around.serializer(), around.deserializer());
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(around.topics().commands(), Consumed.with(Serdes.String(), values))
                .<Object>mapValues(command -> cloud.call((DeviceCommand) command, Instant.now()))
                .to(around.topics().commandResults(), Produced.with(Serdes.String(), values));
        Properties config = new Properties();
        config.putAll(around.kafka());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "blocking-streams-baseline");
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
        config.put(StreamsConfig.STATE_DIR_CONFIG, around.settings().getProperty("state.dir"));
        try (KafkaStreams streams = new KafkaStreams(builder.build(), config)) {
            streams.start();
            System.out.println("baseline ready");
            new CountDownLatch(1).await();
        }
    }
}
