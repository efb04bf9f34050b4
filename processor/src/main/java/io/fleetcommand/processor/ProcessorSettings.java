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

/** The processor's settings, checked together; {@link ProcessorConfigDef} says what each means. */
record ProcessorSettings(ValidatedConfig given) {
    /** The names of all settings, of which some may come from the environment. */
    static SettingNames names() {
        return new SettingNames(ProcessorConfigDef.settings().names(), ProcessorConfigDef.PASSED_ON);
    }

    /** @throws InvalidSettings if any fault is found, listing all of them */
    static ProcessorSettings from(Map<String, String> given) {
        ValidatedConfig checked =
                ValidatedConfig.check(ProcessorConfigDef.settings(), ProcessorConfigDef.PASSED_ON, given);
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
        return new Topics(given.text("topic.prefix"));
    }

    TopicBootstrap topicPlan() {
        return new TopicBootstrap(
                topics(),
                requests(),
                quotaTopic(),
                given.flag("topics.create"),
                given.number("topics.partitions"),
                (short) given.number("topics.replication.factor"));
    }

    String application() {
        return given.text("application.id");
    }

    RequestTopics requests() {
        return requests(given);
    }

    private static RequestTopics requests(ValidatedConfig given) {
        RequestTopics standard = RequestTopics.of(new Topics(given.text("topic.prefix")));
        return new RequestTopics(
                names(given, "request.topics.commands", standard.commands()),
                names(given, "request.topics.polls", standard.polls()));
    }

    private static List<String> names(ValidatedConfig given, String setting, List<String> standard) {
        List<String> named = Arrays.stream(given.text(setting).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return named.isEmpty() ? standard : named;
    }

    Path policyFile() {
        return Path.of(given.text("policy.file"));
    }

    String instance() {
        String named = given.text("instance.id");
        return named.isEmpty() ? UUID.randomUUID().toString() : named;
    }

    String product() {
        return given.text("product");
    }

    Duration timeToLive() {
        return duration("request.ttl.ms");
    }

    /** @param partitions of the topics that are read: each has a share */
    IntakeLimits limits(int partitions) {
        return new IntakeLimits(
                given.longNumber("request.ttl.max.ms"),
                Math.max(1, given.number("request.topics.open.max") / partitions));
    }

    RelayLimits relayLimits() {
        return new RelayLimits(Duration.ofMillis(given.number("reply.timeout.ms")), given.number("reply.queue.max"));
    }

    /** All topics of ours that no caller may name as its reply topic. */
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

    DeviceUrls cloudAddresses() {
        HttpUrl cloud = HttpUrl.get(given.text("cloud.url"));
        return given.text("cloud.addressing").equals(ProcessorConfigDef.ACCOUNT)
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
        return urls(given.text("token.service.url")).map(HttpUrl::get).toList();
    }

    /**
     * How the token-service is known; empty if by the certificates of the JDK.
     *
     * @throws IllegalStateException if the certificates cannot be read, naming the settings
     */
    Optional<Tls> tokenServiceTls() {
        Map<String, Object> ssl = new HashMap<>();
        given.under(ProcessorConfigDef.TOKEN_SERVICE_SSL).forEach((name, value) -> ssl.put("ssl." + name, value));
        try {
            return ssl.isEmpty() ? Optional.empty() : Optional.of(Tls.from(ssl));
        } catch (KafkaException unusable) {
            throw new IllegalStateException(
                    ProcessorConfigDef.TOKEN_SERVICE_SSL + "*: " + unusable.getMessage(), unusable);
        }
    }

    Secret tokenServiceSecret() {
        return Secret.of(given.text("token.service.secret").strip());
    }

    /** @param partitions of the topics that are read: each has a share */
    Quota quota(int partitions) {
        return new Quota(
                given.number("quota.requests"),
                duration("quota.window.ms"),
                given.number("quota.burst"),
                given.number("quota.headroom"),
                partitions);
    }

    QuotaShares.Scope quotaScope() {
        return given.text("quota.scope").equals("shared") ? QuotaShares.Scope.SHARED : QuotaShares.Scope.PER_INSTANCE;
    }

    String quotaTopic() {
        String named = given.text("quota.topic");
        return named.isEmpty() ? topics().quota() : named;
    }

    Duration quotaWindow() {
        return duration("quota.window.ms");
    }

    Map<Priority, Double> priorityMinimums() {
        return Map.of(
                Priority.NORMAL,
                given.fraction("quota.priority.normal.min"),
                Priority.BULK,
                given.fraction("quota.priority.bulk.min"));
    }

    /** How many waiting requests one task holds in memory, of those that an instance with all of them may. */
    int mostHeldByTask(int partitions) {
        return Math.max(1, given.number("schedule.requests.in.memory") / partitions);
    }

    int maxInFlight() {
        return given.number("calls.max.in.flight");
    }

    Duration shutdownTimeout() {
        return duration("shutdown.timeout.ms");
    }

    String opsHost() {
        return given.text("ops.host");
    }

    int opsPort() {
        return given.number("ops.port");
    }

    LedgerTimeouts policy() {
        long marginMs = given.longNumber("lease.margin.ms");
        return new LedgerTimeouts(
                callTimeout().toMillis(),
                marginMs,
                marginMs / 2 + 1,
                given.longNumber("dedupe.retention.ms"),
                given.longNumber("poll.values.retention.ms"),
                backoff("retry.backoff"),
                backoff("device.backoff"));
    }

    CloudBreaker.Threshold breakerThreshold() {
        return new CloudBreaker.Threshold(
                given.number("cloud.breaker.failures"),
                given.number("cloud.breaker.devices"),
                duration("cloud.breaker.device.memory.ms"));
    }

    /** How long the cloud is left alone, by how often it has failed the test. */
    Backoff breakerRests() {
        return backoff("cloud.breaker.open");
    }

    private Backoff backoff(String name) {
        return new Backoff(
                given.longNumber(name + ".ms"),
                given.fraction(name + ".factor"),
                given.longNumber(name + ".max.ms"),
                given.fraction(name + ".jitter"));
    }

    String serializer() {
        return given.text("value.serializer");
    }

    String deserializer() {
        return given.text("value.deserializer");
    }

    /** Settings of the record serializer and deserializer, under Confluent's names. */
    Map<String, Object> registry() {
        Map<String, Object> registry = new HashMap<>();
        registry.put("schema.registry.url", given.text("schema.registry.url"));
        registry.put("auto.register.schemas", given.flag("auto.register.schemas"));
        registry.put("specific.avro.reader", true);
        registry.putAll(registryClient(given));
        return registry;
    }

    /** What is passed on to the registry client. White space around a secret is no part of it. */
    private static Map<String, String> registryClient(ValidatedConfig given) {
        Map<String, String> passedOn = new HashMap<>();
        for (String prefix : new String[] {"schema.registry.", "basic.auth.", "bearer.auth."}) {
            given.under(prefix)
                    .forEach((name, value) ->
                            passedOn.put(prefix + name, isCertificate(prefix + name) ? value : value.strip()));
        }
        return passedOn;
    }

    /** Certificates in PEM form have many lines. */
    private static boolean isCertificate(String name) {
        return name.startsWith("schema.registry.ssl.");
    }

    /** Settings of an admin client. */
    Map<String, Object> admin() {
        Map<String, Object> admin = new HashMap<>(given.under("kafka."));
        admin.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, given.text("bootstrap.servers"));
        return admin;
    }

    /** Settings of the journal's producer: it waits out a broker's absence rather than lose an outcome. */
    Map<String, Object> journalProducer() {
        Map<String, Object> producer = new HashMap<>();
        // One request to the broker at a time: what comes meanwhile goes together, so that a line does not wait while
        // there are few, and costs no request of its own while there are many.
        // Named, or Kafka numbers it by the order in which producers are made; a setting may name it otherwise.
        producer.put(ProducerConfig.CLIENT_ID_CONFIG, given.text("application.id") + "-journal");
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                Duration.ofHours(1).toMillis());
        producer.putAll(admin());
        producer.putAll(given.under("producer."));
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        return producer;
    }

    /** Settings of the relay's producer: it never blocks, and gives up what a reply topic does not take in time. */
    Map<String, Object> replyProducer() {
        int timeoutMs = given.number("reply.timeout.ms");
        Map<String, Object> producer = new HashMap<>(admin());
        producer.putAll(given.under("producer."));
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        // A topic that makes the broker wait holds up what goes to the same broker for no longer than this.
        producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs / 4);
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        return producer;
    }

    /** Settings of the relay's consumer: committed copies alone, shared by all instances, few at a time. */
    Map<String, Object> replyConsumer() {
        Map<String, Object> consumer = ownConsumer();
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, application() + "-replies");
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
        return consumer;
    }

    /** Settings of a consumer that reads by itself, without a group. */
    Map<String, Object> ownConsumer() {
        Map<String, Object> consumer = new HashMap<>(admin());
        consumer.putAll(given.under("consumer."));
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return consumer;
    }

    boolean inTransactions() {
        return !StreamsConfig.AT_LEAST_ONCE.equals(
                given.under("streams.").get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
    }

    /**
     * Settings of Kafka Streams: ours where they matter, anything else as given.
     *
     * @param partitions of the topics that are read
     */
    Map<String, Object> streams(int partitions) {
        Map<String, Object> streams = new HashMap<>();
        streams.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // With transactions a result asks for its commit; without, what is read again after a crash should be little.
        streams.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, inTransactions() ? 200 : 30);
        // Kafka Streams waits 100 ms for a full batch: without transactions each result, and with them each commit.
        streams.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), inTransactions() ? 10 : 5);
        streams.put(StreamsConfig.POLL_MS_CONFIG, 10);
        // The rules take news in any order of topics; to wait for the others costs an eighth of the thread's time.
        streams.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
        streams.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 20);
        // What a request goes through between two commits is written once.
        streams.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16 * 1024 * 1024);
        streams.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemoryConfig.class);
        streams.put(RocksDbMemoryConfig.BYTES, given.number("ledger.memory.mb") * 1024L * 1024);
        streams.put(RocksDbMemoryConfig.PARTITIONS, partitions);
        streams.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, given.number("topics.replication.factor"));
        // After a kill -9 others wait for the session to end, and for the broker to end what was being committed.
        streams.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 8_000);
        streams.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        streams.putAll(admin());
        mainConsumer().forEach((name, value) -> streams.put(StreamsConfig.mainConsumerPrefix(name), value));
        given.under("consumer.").forEach((name, value) -> {
            streams.put(StreamsConfig.consumerPrefix(name), value);
            streams.remove(StreamsConfig.mainConsumerPrefix(name));
        });
        given.under("producer.").forEach((name, value) -> streams.put(StreamsConfig.producerPrefix(name), value));
        streams.putAll(given.under("streams."));
        streams.put(StreamsConfig.APPLICATION_ID_CONFIG, application());
        streams.put(StreamsConfig.STATE_DIR_CONFIG, given.text("state.dir"));
        return streams;
    }

    /**
     * With the streams group protocol Kafka Streams makes its own consumer, which gives no turns: there one partition's
     * backlog must not be much of a poll, nor of what is fetched. With turns two fetches of each partition may be in
     * memory.
     */
    private Map<String, Object> mainConsumer() {
        return "streams".equalsIgnoreCase(given.under("streams.").get(StreamsConfig.GROUP_PROTOCOL_CONFIG))
                ? Map.of(
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        50,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        4_096)
                : Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16_384);
    }

    /** The shortest time between two commits that results ask for. */
    Duration resultCommitInterval() {
        return duration("result.commit.interval.ms");
    }

    private Duration duration(String name) {
        return Duration.ofMillis(given.longNumber(name));
    }

    private static Stream<String> urls(String text) {
        return Stream.of(text.split(",")).map(String::strip);
    }

    private static void checkUrl(ValidatedConfig checked, String setting, String text, String otherwise) {
        HttpUrl url = HttpUrl.parse(text);
        checked.require(url != null, setting + ": " + otherwise);
        if (url != null) {
            checked.require(
                    url.username().isEmpty() && url.password().isEmpty(),
                    setting + ": must hold no user and password; they would be seen wherever the address is");
            Cleartext.check(checked, setting, url.isHttps(), url.host());
        }
    }
}
