package io.fleetcommand.examples.spring;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;

/**
 * Sends commands and waits for their results, by spring-kafka's {@code ReplyingKafkaTemplate}. The template names its
 * reply topic and a correlation id in the request's headers, and the processor repeats the latter on the result.
 *
 * <p>An application of Spring Boot has the two factories from {@code spring.kafka.*} and declares the container and the
 * template as beans. Thread-safe.
 */
final class FleetClient implements AutoCloseable {
    private static final Duration ASSIGNMENT = Duration.ofSeconds(30);

    private final DefaultKafkaProducerFactory<String, Object> producers;
    private final ReplyingKafkaTemplate<String, Object, Object> template;
    private final String commands;

    /**
     * Waits until the reply topic is being read.
     *
     * @param commands the request topic of this caller
     * @param replies the reply topic of this caller, which the processor's policy allows to that request topic
     * @param group of the reply topic's consumer: one of its own for each running instance, since each wants all replies
     */
    FleetClient(String bootstrapServers, String registry, String commands, String replies, String group)
            throws InterruptedException {
        this.commands = commands;
        // The default partitioner is the one that requests need: murmur2 of the key.
        producers = new DefaultKafkaProducerFactory<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                AvroSerializer.class,
                "schema.registry.url",
                registry,
                "auto.register.schemas",
                false));
        ContainerProperties container = new ContainerProperties(replies);
        container.setGroupId(group);
        template = new ReplyingKafkaTemplate<>(
                producers,
                new KafkaMessageListenerContainer<>(
                        new DefaultKafkaConsumerFactory<>(Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                                StringDeserializer.class,
                                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                                AvroDeserializer.class,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "latest",
                                "schema.registry.url",
                                registry)),
                        container));
        // What others asked for, or what came too late, is no error.
        template.setSharedReplyTopic(true);
        template.start();
        if (!template.waitForAssignment(ASSIGNMENT)) {
            throw new IllegalStateException("the reply topic " + replies + " is not assigned; does it exist?");
        }
    }

    /**
     * Sends a command, by its device as the key.
     *
     * @param limit how long to wait for the result; a caller that gives up may send the same command again, with the
     *     same request_id: it runs once, and its result comes to the newer correlation id as well
     * @return the result; ends with {@code KafkaReplyTimeoutException} if none comes in time
     */
    CompletableFuture<CommandResult> send(DeviceCommand command, Duration limit) {
        return template.sendAndReceive(new ProducerRecord<>(commands, command.getDeviceId(), command), limit)
                .thenApply(ConsumerRecord::value)
                .thenApply(CommandResult.class::cast);
    }

    @Override
    public void close() {
        template.stop();
        // Its timer is a thread that would keep the program alive.
        template.destroy();
        producers.destroy();
    }
}
