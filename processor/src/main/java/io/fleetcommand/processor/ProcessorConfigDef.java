package io.fleetcommand.processor;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.fleetcommand.model.Topics;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.AvroSerializer;
import io.fleetcommand.service.Cleartext;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;

/** Name, type, default and meaning of every setting. A test compares the table in docs/configuration.md with it. */
final class ProcessorConfigDef {
    static final String TOKEN_SERVICE = "token.service.";
    static final String TOKEN_SERVICE_SSL = TOKEN_SERVICE + "ssl.";

    /**
     * Prefixes of settings that are passed on without validation: to Kafka's clients, the schema registry client and
     * the TLS of the token-service client.
     */
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

    private ProcessorConfigDef() {}

    static ConfigDef settings() {
        return new ConfigDefBuilder()
                .required("bootstrap.servers", "Kafka brokers, as in every Kafka client.")
                .required("schema.registry.url", "Schema registry URLs, separated by commas and tried in turn.")
                .required("cloud.url", "Address of the device cloud, without a path.")
                .choice(
                        "cloud.addressing",
                        PRODUCT,
                        List.of(PRODUCT, ACCOUNT),
                        LOW,
                        "product: /v1/products/... addresses; account: /v1/devices/..., for a token to which devices"
                                + " are claimed.")
                .required("product", "Id or slug of the product for requests that name none.")
                .required("token.service.url", "Addresses of the token-service's replicas, separated by commas.")
                .required(
                        "token.service.secret",
                        "Secret that authenticates this processor to the token-service; use ${file:...}.")
                .flag(
                        Cleartext.SETTING,
                        false,
                        LOW,
                        "Whether cloud.url and token.service.url may use plain HTTP to other machines; for tests.")
                .required("policy.file", "File with the rules of who may command what; reloaded when it changes.")
                .text("topic.prefix", Topics.DEFAULT_PREFIX, MEDIUM, "Prefix of all topic names.")
                .text(
                        "application.id",
                        "fleet-processor",
                        MEDIUM,
                        "Group that all instances form; also names their state.")
                .text("instance.id", "", LOW, "Name of this instance in the journal; empty for a random one.")
                .text("state.dir", "state", MEDIUM, "Directory of the ledger's local copy; one per instance.")
                .number(
                        "ledger.memory.mb",
                        128,
                        atLeast(16),
                        MEDIUM,
                        "Memory of the ledger's local copy, outside the heap.")
                .flag("topics.create", false, MEDIUM, "Whether to create missing topics at start.")
                .number("topics.partitions", 12, atLeast(1), MEDIUM, "Partitions of created topics.")
                .number("topics.replication.factor", 3, atLeast(1), MEDIUM, "Replicas of created topics.")
                .text(
                        "request.topics.commands",
                        "",
                        MEDIUM,
                        "Topics to read commands from, separated by commas; empty for the prefix and `commands`.")
                .text(
                        "request.topics.polls",
                        "",
                        MEDIUM,
                        "Topics to read polls from, separated by commas; empty for the prefix and `polls`.")
                .number(
                        "reply.timeout.ms",
                        10_000,
                        atLeast(1_000),
                        LOW,
                        "How long a copy may wait for its turn, and then for its reply topic, before it is given up.")
                .number(
                        "reply.queue.max",
                        1_000,
                        atLeast(1),
                        LOW,
                        "Maximum outstanding copies for one reply topic; four times as many for all together.")
                .flag("auto.register.schemas", true, LOW, "Whether to register schemas when they are first written.")
                .text(
                        "value.serializer",
                        AvroSerializer.class.getName(),
                        LOW,
                        "Class that serializes record values; Confluent's KafkaAvroSerializer works too.")
                .text(
                        "value.deserializer",
                        AvroDeserializer.class.getName(),
                        LOW,
                        "Class that deserializes record values; Confluent's KafkaAvroDeserializer works too.")
                .longNumber("request.ttl.ms", 3_600_000, MEDIUM, "Time to live of requests without a deadline.")
                .longNumber(
                        "request.ttl.max.ms",
                        604_800_000,
                        MEDIUM,
                        "Longest time from reading a request to its deadline; a request with a later deadline is"
                                + " INVALID.")
                .number(
                        "request.topics.open.max",
                        1_000_000,
                        atLeast(1),
                        MEDIUM,
                        "Maximum open requests of each request topic and priority, shared by its partitions; more are"
                                + " REJECTED.")
                .longNumber(
                        "result.commit.interval.ms",
                        30,
                        LOW,
                        "Minimum time between commits that results trigger; twice the duration of a commit, if that is"
                                + " longer.")
                .longNumber(
                        "dedupe.retention.ms",
                        86_400_000,
                        MEDIUM,
                        "How long results are remembered, at least; at most about an eighth longer.")
                .number("quota.requests", 10_000, atLeast(2), HIGH, "Requests the cloud allows per window and address.")
                .longNumber("quota.window.ms", 300_000, HIGH, "Length of the quota window.")
                .number(
                        "quota.burst",
                        100,
                        atLeast(1),
                        MEDIUM,
                        "Calls of a window that may be saved up; at least one for each partition.")
                .number(
                        "quota.headroom",
                        50,
                        atLeast(0),
                        MEDIUM,
                        "Requests of a window left to others behind the same address, such as the token-service.")
                .choice(
                        "quota.scope",
                        "shared",
                        List.of("shared", "per-instance"),
                        MEDIUM,
                        "shared: all instances share one address and its quota. per-instance: each has its own address"
                                + " and quota.")
                .text("quota.topic", "", LOW, "Topic through which instances share the quota; empty for PREFIXquota.")
                .fraction(
                        "quota.priority.normal.min", 0.1, between(0, 1), LOW, "Minimum share of calls for NORMAL work.")
                .fraction("quota.priority.bulk.min", 0.05, between(0, 1), LOW, "Minimum share of calls for BULK work.")
                .number(
                        "calls.max.in.flight",
                        256,
                        atLeast(1),
                        MEDIUM,
                        "Maximum calls in flight, each of which has a thread.")
                .number(
                        "schedule.requests.in.memory",
                        20_000,
                        atLeast(1),
                        LOW,
                        "Maximum queued requests in memory; the others take turns with them from disk.")
                .longNumber("cloud.call.timeout.ms", 40_000, MEDIUM, "Timeout of a call; above the cloud's own 30 s.")
                .longNumber("cloud.connect.timeout.ms", 10_000, LOW, "Timeout of connecting to the cloud.")
                .number(
                        "cloud.breaker.failures",
                        10,
                        atLeast(1),
                        LOW,
                        "The circuit breaker opens after this many failures within the last 2 × as many calls.")
                .number(
                        "cloud.breaker.devices",
                        3,
                        atLeast(2),
                        LOW,
                        "The circuit breaker opens only if this many devices fail, and half of those called lately; if"
                                + " fewer were called, all of them, but at least two.")
                .longNumber(
                        "cloud.breaker.device.memory.ms",
                        60_000,
                        LOW,
                        "How long after its latest call a device counts as called lately; at most 2 × the larger of the"
                                + " two thresholds count.")
                .longNumber(
                        "cloud.breaker.open.ms",
                        5_000,
                        LOW,
                        "How long the circuit breaker stays open at first; then two calls probe the cloud.")
                .longNumber(
                        "cloud.breaker.open.max.ms",
                        30_000,
                        LOW,
                        "Longest time that the circuit breaker stays open between two probes.")
                .fraction(
                        "cloud.breaker.open.factor",
                        2.0,
                        atLeast(1),
                        LOW,
                        "Factor by which the circuit breaker stays open longer each time.")
                .fraction(
                        "cloud.breaker.open.jitter",
                        0.3,
                        between(0, 1),
                        LOW,
                        "Random share of the time that the circuit breaker stays open.")
                .longNumber("lease.margin.ms", 20_000, LOW, "How long after its claim a call may still start.")
                .longNumber("retry.backoff.ms", 1_000, MEDIUM, "Back-off after the first failed attempt.")
                .longNumber("retry.backoff.max.ms", 60_000, MEDIUM, "Longest back-off between attempts.")
                .fraction(
                        "retry.backoff.factor",
                        2.0,
                        atLeast(1),
                        LOW,
                        "Factor by which each further back-off is longer.")
                .fraction("retry.backoff.jitter", 0.3, between(0, 1), LOW, "Random share of a back-off.")
                .longNumber(
                        "device.backoff.ms",
                        10_000,
                        MEDIUM,
                        "Back-off of a device after a call that it did not answer.")
                .longNumber("device.backoff.max.ms", 300_000, MEDIUM, "Longest back-off of a device between two tries.")
                .fraction(
                        "device.backoff.factor",
                        2.0,
                        atLeast(1),
                        LOW,
                        "Factor by which each further back-off is longer.")
                .fraction("device.backoff.jitter", 0.3, between(0, 1), LOW, "Random share of a back-off.")
                .longNumber(
                        "poll.values.retention.ms",
                        3_600_000,
                        LOW,
                        "How long values are kept for polls that accept older ones; the largest max_age_ms.")
                .longNumber(
                        "shutdown.timeout.ms",
                        60_000,
                        MEDIUM,
                        "How long calls in flight may take to finish at shutdown.")
                .text("ops.host", "127.0.0.1", LOW, "Address that serves /alive, /ready, /status and /metrics.")
                .number("ops.port", 8081, between(0, 65_535), LOW, "Port of these; 0 for any free one.")
                .build();
    }
}
