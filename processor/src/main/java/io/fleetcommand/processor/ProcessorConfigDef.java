package io.fleetcommand.processor;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.fleetcommand.model.Topics;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.service.Cleartext;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** Name, type, default and meaning of every setting. A test compares the table in docs/configuration.md with it. */
final class ProcessorConfigDef {
    static final String TOKEN_SERVICE = "token.service.";
    static final String TOKEN_SERVICE_SSL = TOKEN_SERVICE + "ssl.";

    /** Settings under these are handed on unchecked: to Kafka's clients, the registry's, the token-service's. */
    static final Set<String> PASSED_ON = Set.of(
            "kafka.",
            "streams.",
            "producer.",
            "consumer.",
            "schema.registry.",
            "basic.auth.",
            "bearer.auth.",
            TOKEN_SERVICE_SSL);

    static final String PRODUCT = "product";
    static final String ACCOUNT = "account";

    private static final Range POSITIVE = atLeast(1);

    private ProcessorConfigDef() {}

    static ConfigDef settings() {
        ConfigDef all = new ConfigDef();
        text(all, "bootstrap.servers", HIGH, "Kafka brokers, as in every Kafka client.");
        text(all, "schema.registry.url", HIGH, "Schema registry URLs, separated by commas and tried in turn.");
        text(all, "cloud.url", HIGH, "Address of the device cloud, without a path.");
        all.define(
                "cloud.addressing",
                Type.STRING,
                PRODUCT,
                ValidString.in(PRODUCT, ACCOUNT),
                LOW,
                "product: /v1/products/... addresses; account: /v1/devices/..., for a token to which devices are"
                        + " claimed.");
        text(all, "product", HIGH, "Id or slug of the product for requests that name none.");
        text(all, "token.service.url", HIGH, "Addresses of the token-service's replicas, separated by commas.");
        text(
                all,
                "token.service.secret",
                HIGH,
                "Secret that authenticates this processor to the token-service; use ${file:...}.");
        flag(
                all,
                Cleartext.SETTING,
                false,
                LOW,
                "Whether cloud.url and token.service.url may use plain HTTP to other machines; for tests.");
        text(all, "policy.file", HIGH, "File with the rules of who may command what; reloaded when it changes.");
        text(all, "topic.prefix", Topics.DEFAULT_PREFIX, MEDIUM, "Prefix of all topic names.");
        text(
                all,
                "application.id",
                "fleet-processor",
                MEDIUM,
                "Group that all instances form; also names their state.");
        text(all, "instance.id", "", LOW, "Name of this instance in the journal; empty for a random one.");
        text(all, "state.dir", "state", MEDIUM, "Directory of the ledger's local copy; one per instance.");
        number(
                all,
                "ledger.memory.mb",
                128,
                atLeast(16),
                MEDIUM,
                "Memory of the ledger's local copy, outside the heap.");
        flag(all, "topics.create", false, MEDIUM, "Whether to create missing topics at start.");
        number(all, "topics.partitions", 12, POSITIVE, MEDIUM, "Partitions of created topics.");
        number(all, "topics.replication.factor", 3, POSITIVE, MEDIUM, "Replicas of created topics.");
        text(
                all,
                "request.topics.commands",
                "",
                MEDIUM,
                "Topics to read commands from, separated by commas; empty for the prefix and `commands`.");
        text(
                all,
                "request.topics.polls",
                "",
                MEDIUM,
                "Topics to read polls from, separated by commas; empty for the prefix and `polls`.");
        number(
                all,
                "reply.timeout.ms",
                10_000,
                atLeast(1_000),
                LOW,
                "How long a copy may wait for its turn, and then for its reply topic, before it is given up.");
        number(
                all,
                "reply.queue.max",
                1_000,
                POSITIVE,
                LOW,
                "Maximum outstanding copies for one reply topic; four times as many for all together.");
        flag(all, "auto.register.schemas", true, LOW, "Whether to register schemas when they are first written.");
        text(
                all,
                "value.serializer",
                AvroSerializer.class.getName(),
                LOW,
                "Class that serializes record values; Confluent's KafkaAvroSerializer works too.");
        text(
                all,
                "value.deserializer",
                AvroDeserializer.class.getName(),
                LOW,
                "Class that deserializes record values; Confluent's KafkaAvroDeserializer works too.");
        longNumber(all, "request.ttl.ms", 3_600_000, MEDIUM, "Time to live of requests without a deadline.");
        longNumber(
                all,
                "request.ttl.max.ms",
                604_800_000,
                MEDIUM,
                "Longest time from reading a request to its deadline; a request with a later deadline is INVALID.");
        number(
                all,
                "request.topics.open.max",
                1_000_000,
                POSITIVE,
                MEDIUM,
                "Maximum open requests of each request topic and priority, shared by its partitions; more are"
                        + " REJECTED.");
        longNumber(
                all,
                "result.commit.interval.ms",
                30,
                LOW,
                "Minimum time between commits that results trigger; twice the duration of a commit, if that is"
                        + " longer.");
        longNumber(
                all,
                "dedupe.retention.ms",
                86_400_000,
                MEDIUM,
                "How long results are remembered, at least; at most about an eighth longer.");
        number(all, "quota.requests", 10_000, atLeast(2), HIGH, "Requests the cloud allows per window and address.");
        longNumber(all, "quota.window.ms", 300_000, HIGH, "Length of the quota window.");
        number(
                all,
                "quota.burst",
                100,
                POSITIVE,
                MEDIUM,
                "Calls of a window that may be saved up; at least one for each partition.");
        number(
                all,
                "quota.headroom",
                50,
                atLeast(0),
                MEDIUM,
                "Requests of a window left to others behind the same address, such as the token-service.");
        all.define(
                "quota.scope",
                Type.STRING,
                "shared",
                ConfigDef.ValidString.in("shared", "per-instance"),
                MEDIUM,
                "shared: all instances share one address and its quota. per-instance: each has its own address and"
                        + " quota.");
        text(all, "quota.topic", "", LOW, "Topic through which instances share the quota; empty for PREFIXquota.");
        fraction(all, "quota.priority.normal.min", 0.1, between(0, 1), LOW, "Minimum share of calls for NORMAL work.");
        fraction(all, "quota.priority.bulk.min", 0.05, between(0, 1), LOW, "Minimum share of calls for BULK work.");
        number(
                all,
                "calls.max.in.flight",
                256,
                POSITIVE,
                MEDIUM,
                "Maximum calls in flight, each of which has a thread.");
        number(
                all,
                "schedule.requests.in.memory",
                20_000,
                atLeast(1),
                LOW,
                "Maximum queued requests in memory; the others take turns with them from disk.");
        longNumber(all, "cloud.call.timeout.ms", 40_000, MEDIUM, "Timeout of a call; above the cloud's own 30 s.");
        longNumber(all, "cloud.connect.timeout.ms", 10_000, LOW, "Timeout of connecting to the cloud.");
        number(
                all,
                "cloud.breaker.failures",
                10,
                POSITIVE,
                LOW,
                "The circuit breaker opens after this many failures within the last 2 × as many calls.");
        number(
                all,
                "cloud.breaker.devices",
                3,
                atLeast(2),
                LOW,
                "The circuit breaker opens only if this many devices fail, and half of those called lately; if fewer"
                        + " were called, all of them, but at least two.");
        longNumber(
                all,
                "cloud.breaker.device.memory.ms",
                60_000,
                LOW,
                "How long after its latest call a device counts as called lately; at most 2 × the larger of the two"
                        + " thresholds count.");
        longNumber(
                all,
                "cloud.breaker.open.ms",
                5_000,
                LOW,
                "How long the circuit breaker stays open at first; then two calls probe the cloud.");
        longNumber(
                all,
                "cloud.breaker.open.max.ms",
                30_000,
                LOW,
                "Longest time that the circuit breaker stays open between two probes.");
        fraction(
                all,
                "cloud.breaker.open.factor",
                2.0,
                atLeast(1),
                LOW,
                "Factor by which the circuit breaker stays open longer each time.");
        fraction(
                all,
                "cloud.breaker.open.jitter",
                0.3,
                between(0, 1),
                LOW,
                "Random share of the time that the circuit breaker stays open.");
        longNumber(all, "lease.margin.ms", 20_000, LOW, "How long after its claim a call may still start.");
        longNumber(all, "retry.backoff.ms", 1_000, MEDIUM, "Back-off after the first failed attempt.");
        longNumber(all, "retry.backoff.max.ms", 60_000, MEDIUM, "Longest back-off between attempts.");
        fraction(all, "retry.backoff.factor", 2.0, atLeast(1), LOW, "Factor by which each further back-off is longer.");
        fraction(all, "retry.backoff.jitter", 0.3, between(0, 1), LOW, "Random share of a back-off.");
        longNumber(
                all, "device.backoff.ms", 10_000, MEDIUM, "Back-off of a device after a call that it did not answer.");
        longNumber(all, "device.backoff.max.ms", 300_000, MEDIUM, "Longest back-off of a device between two tries.");
        fraction(
                all, "device.backoff.factor", 2.0, atLeast(1), LOW, "Factor by which each further back-off is longer.");
        fraction(all, "device.backoff.jitter", 0.3, between(0, 1), LOW, "Random share of a back-off.");
        longNumber(
                all,
                "poll.values.retention.ms",
                3_600_000,
                LOW,
                "How long values are kept for polls that accept older ones; the largest max_age_ms.");
        longNumber(
                all, "shutdown.timeout.ms", 60_000, MEDIUM, "How long calls in flight may take to finish at shutdown.");
        text(all, "ops.host", "127.0.0.1", LOW, "Address that serves /alive, /ready, /status and /metrics.");
        number(all, "ops.port", 8081, between(0, 65_535), LOW, "Port of these; 0 for any free one.");
        return all;
    }

    private static void text(ConfigDef all, String name, Importance importance, String meaning) {
        all.define(name, Type.STRING, NO_DEFAULT_VALUE, new NonEmptyString(), importance, meaning);
    }

    private static void text(ConfigDef all, String name, String standard, Importance importance, String meaning) {
        all.define(name, Type.STRING, standard, importance, meaning);
    }

    private static void flag(ConfigDef all, String name, boolean standard, Importance importance, String meaning) {
        all.define(name, Type.BOOLEAN, standard, importance, meaning);
    }

    private static void number(
            ConfigDef all, String name, int standard, Range range, Importance importance, String meaning) {
        all.define(name, Type.INT, standard, range, importance, meaning);
    }

    private static void longNumber(ConfigDef all, String name, long standard, Importance importance, String meaning) {
        all.define(name, Type.LONG, standard, POSITIVE, importance, meaning);
    }

    private static void fraction(
            ConfigDef all, String name, double standard, Range range, Importance importance, String meaning) {
        all.define(name, Type.DOUBLE, standard, range, importance, meaning);
    }
}
