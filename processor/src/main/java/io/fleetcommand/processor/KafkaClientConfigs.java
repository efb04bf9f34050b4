package io.fleetcommand.processor;

import io.fleetcommand.processor.streams.store.RocksDbMemoryConfig;
import io.fleetcommand.service.ValidatedConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The configurations of the Kafka clients, of Kafka Streams and of the schema registry's client, made of the processor's
 * settings. Fixed values carry the guarantees; all others can be overridden by settings with the client's prefix.
 */
record KafkaClientConfigs(ValidatedConfig config) {
    /** Settings of the Avro serializer and deserializer, under Confluent's names. */
    Map<String, Object> registry() {
        Map<String, Object> registry = new HashMap<>();
        registry.put("schema.registry.url", config.text("schema.registry.url"));
        registry.put("auto.register.schemas", config.flag("auto.register.schemas"));
        registry.put("specific.avro.reader", true);
        registry.putAll(registryClient(config));
        return registry;
    }

    /** Settings that are passed on to the schema registry client. White space around a secret is removed. */
    static Map<String, String> registryClient(ValidatedConfig config) {
        Map<String, String> passedOn = new HashMap<>();
        for (String prefix : new String[] {"schema.registry.", "basic.auth.", "bearer.auth."}) {
            config.under(prefix)
                    .forEach((name, value) ->
                            passedOn.put(prefix + name, isCertificate(prefix + name) ? value : value.strip()));
        }
        return passedOn;
    }

    /** Certificates in PEM form have several lines, so they are passed on unchanged. */
    static boolean isCertificate(String name) {
        return name.startsWith("schema.registry.ssl.");
    }

    /** Settings of an admin client. */
    Map<String, Object> admin() {
        Map<String, Object> admin = new HashMap<>(config.under("kafka."));
        admin.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.text("bootstrap.servers"));
        return admin;
    }

    /** Settings of the journal's producer: it retries through a broker outage rather than lose an outcome. */
    Map<String, Object> journalProducer() {
        Map<String, Object> producer = new HashMap<>();
        // One request in flight: events that arrive meanwhile are batched, so that an event does not wait under low
        // load, and needs no request of its own under high load. The client id is set because Kafka would number it by
        // order of creation; a setting may override it.
        producer.put(ProducerConfig.CLIENT_ID_CONFIG, config.text("application.id") + "-journal");
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                Duration.ofHours(1).toMillis());
        producer.putAll(admin());
        producer.putAll(config.under("producer."));
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        return producer;
    }

    /**
     * Settings of the reply relay's producer: it never blocks, and gives up a record that a reply topic does not
     * acknowledge in time.
     */
    Map<String, Object> replyProducer() {
        int timeoutMs = config.number("reply.timeout.ms");
        Map<String, Object> producer = new HashMap<>(admin());
        producer.putAll(config.under("producer."));
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        // Bounds how long a slow topic delays other records for the same broker.
        producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs / 4);
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        return producer;
    }

    /** Settings of the reply relay's consumer: read_committed, in a group of all instances, with small fetches. */
    Map<String, Object> replyConsumer() {
        Map<String, Object> consumer = ownConsumer();
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, config.text("application.id") + "-replies");
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
        return consumer;
    }

    /** Settings of a consumer without a group. */
    Map<String, Object> ownConsumer() {
        Map<String, Object> consumer = new HashMap<>(admin());
        consumer.putAll(config.under("consumer."));
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return consumer;
    }

    boolean inTransactions() {
        return !StreamsConfig.AT_LEAST_ONCE.equals(
                config.under("streams.").get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
    }

    /**
     * Settings of Kafka Streams: the required ones are fixed, all others can be overridden.
     *
     * @param partitions partition count of the input topics
     */
    Map<String, Object> streams(int partitions) {
        Map<String, Object> streams = new HashMap<>();
        streams.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // With transactions results request their commits; without, a short interval keeps the reprocessing after a
        // crash small.
        streams.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, inTransactions() ? 200 : 30);
        // Kafka Streams' default of 100 ms would delay each result without transactions, and each commit with them.
        streams.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), inTransactions() ? 10 : 5);
        streams.put(StreamsConfig.POLL_MS_CONFIG, 10);
        // The ledger accepts events of different topics in any order; waiting for the other topics costs an eighth of
        // the thread's time.
        streams.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
        streams.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 20);
        // State changes of a request between two commits are written once.
        streams.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16 * 1024 * 1024);
        streams.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemoryConfig.class);
        streams.put(RocksDbMemoryConfig.BYTES, config.number("ledger.memory.mb") * 1024L * 1024);
        streams.put(RocksDbMemoryConfig.PARTITIONS, partitions);
        streams.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, config.number("topics.replication.factor"));
        // After a kill -9 the rebalance waits for the session to time out, and for the broker to abort the open
        // transaction.
        streams.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 8_000);
        streams.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        streams.putAll(admin());
        mainConsumer().forEach((name, value) -> streams.put(StreamsConfig.mainConsumerPrefix(name), value));
        config.under("consumer.").forEach((name, value) -> {
            streams.put(StreamsConfig.consumerPrefix(name), value);
            streams.remove(StreamsConfig.mainConsumerPrefix(name));
        });
        config.under("producer.").forEach((name, value) -> streams.put(StreamsConfig.producerPrefix(name), value));
        streams.putAll(config.under("streams."));
        streams.put(StreamsConfig.APPLICATION_ID_CONFIG, config.text("application.id"));
        streams.put(StreamsConfig.STATE_DIR_CONFIG, config.text("state.dir"));
        return streams;
    }

    /**
     * With the streams group protocol Kafka Streams creates its own consumer, which is not fair across topics: there
     * the backlog of one partition must be a small part of a poll and of a fetch. With FairConsumer up to two fetches
     * per partition may be in memory.
     */
    private Map<String, Object> mainConsumer() {
        return "streams".equalsIgnoreCase(config.under("streams.").get(StreamsConfig.GROUP_PROTOCOL_CONFIG))
                ? Map.of(
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        50,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        4_096)
                : Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16_384);
    }
}
