package io.fleetcommand.processor;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.cloud.CloudBreaker;
import io.fleetcommand.processor.cloud.DeviceUrls;
import io.fleetcommand.processor.core.ledger.Backoff;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.request.IntakeLimits;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.quota.Quota;
import io.fleetcommand.processor.quota.QuotaShares;
import io.fleetcommand.processor.replies.RelayLimits;
import io.fleetcommand.processor.replies.RelayTopics;
import io.fleetcommand.processor.replies.ReservedTopics;
import io.fleetcommand.processor.streams.store.RocksDbMemoryConfig;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.processor.streams.topics.TopicBootstrap;
import io.fleetcommand.registry.Tls;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Cleartext;
import io.fleetcommand.service.InvalidSettings;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.SettingNames;
import io.fleetcommand.service.ValidatedConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;

/** The processor's settings, validated together; {@link ProcessorConfigDef} describes each. */
record ProcessorSettings(ValidatedConfig config) {
    /** The names of all settings and prefixes, by which settings are read from the environment. */
    static SettingNames names() {
        return new SettingNames(ProcessorConfigDef.settings().names(), ProcessorConfigDef.PASSED_ON);
    }

    /** @throws InvalidSettings if any setting is invalid, listing all faults */
    static ProcessorSettings from(Map<String, String> config) {
        ValidatedConfig checked =
                ValidatedConfig.check(ProcessorConfigDef.settings(), ProcessorConfigDef.PASSED_ON, config);
        checkUrl(checked, "cloud.url", checked.text("cloud.url"), "not an http or https URL");
        urls(checked.text("token.service.url"))
                .forEach(url ->
                        checkUrl(checked, "token.service.url", url, "not http or https URLs, separated by commas"));
        String secret = checked.text("token.service.secret").strip();
        checked.require(secret.isEmpty() || BearerText.isValid(secret), "token.service.secret" + BearerText.FAULT);
        registryClient(checked)
                .forEach((name, value) -> checked.require(
                        isCertificate(name) || value.chars().noneMatch(Character::isISOControl),
                        name + ": holds a control character, such as a line feed, which no HTTP header may have"));
        checked.require(
                checked.longNumber("retry.backoff.max.ms") >= checked.longNumber("retry.backoff.ms"),
                "retry.backoff.max.ms: must not be below retry.backoff.ms");
        checked.require(
                checked.longNumber("device.backoff.max.ms") >= checked.longNumber("device.backoff.ms"),
                "device.backoff.max.ms: must not be below device.backoff.ms");
        checked.require(
                checked.longNumber("cloud.breaker.open.max.ms") >= checked.longNumber("cloud.breaker.open.ms"),
                "cloud.breaker.open.max.ms: must not be below cloud.breaker.open.ms");
        checked.require(
                checked.longNumber("request.ttl.max.ms") >= checked.longNumber("request.ttl.ms"),
                "request.ttl.max.ms: must not be below request.ttl.ms");
        checked.require(
                checked.longNumber("dedupe.retention.ms")
                        > checked.longNumber("cloud.call.timeout.ms") + checked.longNumber("lease.margin.ms"),
                "dedupe.retention.ms: must be above cloud.call.timeout.ms + lease.margin.ms");
        checked.require(
                (long) checked.number("quota.burst") + checked.number("quota.headroom")
                        < checked.number("quota.requests"),
                "quota.burst, quota.headroom: together they leave nothing of quota.requests");
        checked.require(
                checked.fraction("quota.priority.normal.min") + checked.fraction("quota.priority.bulk.min") <= 1,
                "quota.priority.normal.min, quota.priority.bulk.min: together they must not be above 1");
        Set<String> clashes = requests(checked).clashes(new Topics(checked.text("topic.prefix")));
        checked.require(
                clashes.isEmpty(),
                "request.topics: " + clashes + " named twice, or the name of a topic of another use");
        return new ProcessorSettings(checked.orThrow());
    }

    Topics topics() {
        return new Topics(config.text("topic.prefix"));
    }

    TopicBootstrap topicBootstrap() {
        return new TopicBootstrap(
                topics(),
                requests(),
                quotaTopic(),
                config.flag("topics.create"),
                config.number("topics.partitions"),
                (short) config.number("topics.replication.factor"));
    }

    String application() {
        return config.text("application.id");
    }

    RequestTopics requests() {
        return requests(config);
    }

    private static RequestTopics requests(ValidatedConfig config) {
        RequestTopics defaults = RequestTopics.of(new Topics(config.text("topic.prefix")));
        return new RequestTopics(
                names(config, "request.topics.commands", defaults.commands()),
                names(config, "request.topics.polls", defaults.polls()));
    }

    private static List<String> names(ValidatedConfig config, String setting, List<String> defaults) {
        List<String> named = Arrays.stream(config.text(setting).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return named.isEmpty() ? defaults : named;
    }

    Path policyFile() {
        return Path.of(config.text("policy.file"));
    }

    String instance() {
        String named = config.text("instance.id");
        return named.isEmpty() ? UUID.randomUUID().toString() : named;
    }

    String product() {
        return config.text("product");
    }

    Duration timeToLive() {
        return duration("request.ttl.ms");
    }

    /** @param partitions partition count of the input topics; each partition has an equal share */
    IntakeLimits limits(int partitions) {
        return new IntakeLimits(
                config.longNumber("request.ttl.max.ms"),
                Math.max(1, config.number("request.topics.open.max") / partitions));
    }

    RelayLimits relayLimits() {
        return new RelayLimits(Duration.ofMillis(config.number("reply.timeout.ms")), config.number("reply.queue.max"));
    }

    /** The topics that no caller may name as its reply topic. */
    ReservedTopics reservedTopics() {
        Set<String> own = Stream.of(
                        topics().all(), requests().commands(), requests().polls(), List.of(quotaTopic()))
                .flatMap(Collection::stream)
                .collect(Collectors.toUnmodifiableSet());
        return new ReservedTopics(own, application());
    }

    RelayTopics relayTopics() {
        return new RelayTopics(topics().replies(), topics().failedRequests(), reservedTopics());
    }

    DeviceUrls deviceUrls() {
        HttpUrl cloud = HttpUrl.get(config.text("cloud.url"));
        return config.text("cloud.addressing").equals(ProcessorConfigDef.ACCOUNT)
                ? DeviceUrls.ofAccount(cloud)
                : DeviceUrls.ofProducts(cloud);
    }

    Duration callTimeout() {
        return duration("cloud.call.timeout.ms");
    }

    Duration connectTimeout() {
        return duration("cloud.connect.timeout.ms");
    }

    List<HttpUrl> tokenServiceUrls() {
        return urls(config.text("token.service.url")).map(HttpUrl::get).toList();
    }

    /**
     * The TLS settings of the token-service client; empty to trust the certificates of the JDK.
     *
     * @throws IllegalStateException if the certificates cannot be read; the message names the settings
     */
    Optional<Tls> tokenServiceTls() {
        Map<String, Object> ssl = new HashMap<>();
        config.under(ProcessorConfigDef.TOKEN_SERVICE_SSL).forEach((name, value) -> ssl.put("ssl." + name, value));
        try {
            return ssl.isEmpty() ? Optional.empty() : Optional.of(Tls.from(ssl));
        } catch (KafkaException unusable) {
            throw new IllegalStateException(
                    ProcessorConfigDef.TOKEN_SERVICE_SSL + "*: " + unusable.getMessage(), unusable);
        }
    }

    Secret tokenServiceSecret() {
        return Secret.of(config.text("token.service.secret").strip());
    }

    /** @param partitions partition count of the input topics; each partition has an equal share */
    Quota quota(int partitions) {
        return new Quota(
                config.number("quota.requests"),
                duration("quota.window.ms"),
                config.number("quota.burst"),
                config.number("quota.headroom"),
                partitions);
    }

    QuotaShares.Scope quotaScope() {
        return config.text("quota.scope").equals("shared") ? QuotaShares.Scope.SHARED : QuotaShares.Scope.PER_INSTANCE;
    }

    String quotaTopic() {
        String named = config.text("quota.topic");
        return named.isEmpty() ? topics().quota() : named;
    }

    Duration quotaWindow() {
        return duration("quota.window.ms");
    }

    Map<Priority, Double> priorityMinimums() {
        return Map.of(
                Priority.NORMAL,
                config.fraction("quota.priority.normal.min"),
                Priority.BULK,
                config.fraction("quota.priority.bulk.min"));
    }

    /** Maximum number of waiting requests that one task holds in memory: its share of the limit of an instance. */
    int maxInMemoryPerTask(int partitions) {
        return Math.max(1, config.number("schedule.requests.in.memory") / partitions);
    }

    int maxInFlight() {
        return config.number("calls.max.in.flight");
    }

    Duration shutdownTimeout() {
        return duration("shutdown.timeout.ms");
    }

    String opsHost() {
        return config.text("ops.host");
    }

    int opsPort() {
        return config.number("ops.port");
    }

    LedgerTimeouts ledgerTimeouts() {
        long marginMs = config.longNumber("lease.margin.ms");
        return new LedgerTimeouts(
                callTimeout().toMillis(),
                marginMs,
                marginMs / 2 + 1,
                config.longNumber("dedupe.retention.ms"),
                config.longNumber("poll.values.retention.ms"),
                backoff("retry.backoff"),
                backoff("device.backoff"));
    }

    CloudBreaker.Threshold breakerThreshold() {
        return new CloudBreaker.Threshold(
                config.number("cloud.breaker.failures"),
                config.number("cloud.breaker.devices"),
                duration("cloud.breaker.device.memory.ms"));
    }

    /** How long the circuit breaker stays open, by the number of openings since it last closed. */
    Backoff breakerOpenDurations() {
        return backoff("cloud.breaker.open");
    }

    private Backoff backoff(String name) {
        return new Backoff(
                config.longNumber(name + ".ms"),
                config.fraction(name + ".factor"),
                config.longNumber(name + ".max.ms"),
                config.fraction(name + ".jitter"));
    }

    String serializer() {
        return config.text("value.serializer");
    }

    String deserializer() {
        return config.text("value.deserializer");
    }

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
    private static Map<String, String> registryClient(ValidatedConfig config) {
        Map<String, String> passedOn = new HashMap<>();
        for (String prefix : new String[] {"schema.registry.", "basic.auth.", "bearer.auth."}) {
            config.under(prefix)
                    .forEach((name, value) ->
                            passedOn.put(prefix + name, isCertificate(prefix + name) ? value : value.strip()));
        }
        return passedOn;
    }

    /** Certificates in PEM form have several lines, so they are passed on unchanged. */
    private static boolean isCertificate(String name) {
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
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, application() + "-replies");
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
        streams.put(StreamsConfig.APPLICATION_ID_CONFIG, application());
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

    /** Minimum time between two commits requested by results. */
    Duration resultCommitInterval() {
        return duration("result.commit.interval.ms");
    }

    private Duration duration(String name) {
        return Duration.ofMillis(config.longNumber(name));
    }

    private static Stream<String> urls(String text) {
        return Stream.of(text.split(",")).map(String::strip);
    }

    private static void checkUrl(ValidatedConfig checked, String setting, String text, String fault) {
        HttpUrl url = HttpUrl.parse(text);
        checked.require(url != null, setting + ": " + fault);
        if (url != null) {
            checked.require(
                    url.username().isEmpty() && url.password().isEmpty(),
                    setting + ": must hold no user and password; they would be seen wherever the address is");
            Cleartext.check(checked, setting, url.isHttps(), url.host());
        }
    }
}
