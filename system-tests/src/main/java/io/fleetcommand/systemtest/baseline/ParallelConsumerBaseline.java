package io.fleetcommand.systemtest.baseline;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Confluent's Parallel Consumer with OkHttp: a thread for each call in flight, calls of one device in order, and
 * positions committed now and then. After a crash it calls again and replies again.
 */
public final class ParallelConsumerBaseline {
    private ParallelConsumerBaseline() {}

    /** @param arguments the path of a settings file of the processor */
    public static void main(String[] arguments) throws Exception {
        Surroundings around = Surroundings.of(arguments);
        around.createTopics();
        PlainCloud cloud = around.cloud(PlainCloud.client(around.inFlight()));
        var consumerConfig = around.kafka();
        consumerConfig.put(ConsumerConfig.GROUP_ID_CONFIG, "parallel-consumer-baseline");
        consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        var options = ParallelConsumerOptions.<String, Object>builder()
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(around.inFlight())
                .consumer(new KafkaConsumer<>(consumerConfig, new StringDeserializer(), around.deserializer()))
                .producer(new KafkaProducer<>(around.kafka(), new StringSerializer(), around.serializer()))
                .build();
        try (ParallelStreamProcessor<String, Object> processor =
                ParallelStreamProcessor.createEosStreamProcessor(options)) {
            processor.subscribe(List.of(around.topics().commands()));
            processor.pollAndProduce(read -> {
                CommandResult result = cloud.call((DeviceCommand) read.value(), Instant.now());
                return new ProducerRecord<>(around.topics().commandResults(), read.key(), result);
            });
            System.out.println("baseline ready");
            new CountDownLatch(1).await();
        }
    }
}
