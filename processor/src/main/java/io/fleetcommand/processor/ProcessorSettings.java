package io.fleetcommand.processor;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.cloud.CloudBreaker;
import io.fleetcommand.processor.cloud.DeviceUrls;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.request.IntakeLimits;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.quota.Quota;
import io.fleetcommand.processor.quota.QuotaShares;
import io.fleetcommand.processor.replies.RelayLimits;
import io.fleetcommand.processor.replies.RelayTopics;
import io.fleetcommand.processor.replies.ReservedTopics;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.processor.streams.topics.TopicBootstrap;
import io.fleetcommand.registry.Tls;
import io.fleetcommand.service.Backoff;
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
import org.apache.kafka.common.KafkaException;

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
        ProcessorConfigChecks.check(checked);
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

    static RequestTopics requests(ValidatedConfig config) {
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
                backoff("retry.backoff")::delayMs,
                backoff("device.backoff")::delayMs);
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

    /** The settings of the Kafka clients, of Kafka Streams and of the registry's client. */
    KafkaClientConfigs kafka() {
        return new KafkaClientConfigs(config);
    }

    /** Minimum time between two commits requested by results. */
    Duration resultCommitInterval() {
        return duration("result.commit.interval.ms");
    }

    private Duration duration(String name) {
        return Duration.ofMillis(config.longNumber(name));
    }

    static Stream<String> urls(String text) {
        return Stream.of(text.split(",")).map(String::strip);
    }
}
