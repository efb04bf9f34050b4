package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.systemtest.analytics.ConnectWorker;
import io.fleetcommand.systemtest.analytics.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Polls in, rows out: the files under {@code deploy/connect} with a real worker, sink and database. */
@EnabledIf(
        value = "hasDatabase",
        disabledReason = "PostgreSQL is not installed: apt-get install postgresql (.ci/run does it)")
class AnalyticsIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Path CONNECT = Path.of(System.getProperty("fleet.connect"));
    private static final Path FILES = Path.of(System.getProperty("fleet.deploy"), "connect");
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");
    private static final String GROUP = "connect-fleet-snapshots-postgres";
    private static final List<String> VARIABLES = List.of("temperature", "uptime", "locked", "firmware");

    private static Postgres database;
    private static LocalStack stack;
    private static Kafka kafka;
    private static List<Simulation.Device> fleet;

    static boolean hasDatabase() {
        return Postgres.programs().isPresent();
    }

    @BeforeAll
    static void start() throws Exception {
        database = Postgres.start(Postgres.programs().orElseThrow());
        database.run(FILES.resolve("postgres.sql"));
        stack = LocalStack.start(
                Installation.find(), StackOptions.standard().withSimulator("--devices", "20", "--latency", "20ms"));
        kafka = new Kafka(
                stack.addresses().bootstrapServers(), stack.addresses().registry());
        Simulation simulation = new Simulation(stack.addresses().control());
        fleet = simulation.fleet();
        hold(simulation, fleet.get(0), "firmware", "\"a\\u0000b\"");
        hold(simulation, fleet.get(1), "temperature", "null");
        hold(simulation, fleet.get(2), "temperature", "21");
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
        if (database != null) {
            database.close();
        }
    }

    @Test
    void everySuccessfulPollBecomesOneTypedRowHoweverOftenItIsDelivered() throws Exception {
        poll("first");
        try (ConnectWorker worker = worker()) {
            awaitRows(worker, fleet.size() * VARIABLES.size());
        }

        assertThat(columns())
                .containsEntry("long_value", "bigint")
                .containsEntry("double_value", "double precision")
                .containsEntry("boolean_value", "boolean")
                .containsEntry("string_value", "text")
                .containsEntry("observed_at", "timestamp without time zone")
                .containsEntry("age_ms", "bigint");
        assertThat(rows("variable_snapshots")).containsExactlyInAnyOrderElementsOf(published());
        assertThat(rows("variable_snapshots"))
                .extracting(VariableSnapshot::getValueType)
                .contains(ValueType.values());
        assertThat(valueOf(fleet.get(0), "firmware")).isEqualTo(tuple(ValueType.STRING, null, null, "a\uFFFDb", true));
        assertThat(valueOf(fleet.get(1), "temperature")).isEqualTo(tuple(ValueType.DOUBLE, null, null, null, false));
        assertThat(valueOf(fleet.get(2), "temperature")).isEqualTo(tuple(ValueType.LONG, 21L, 21.0, null, false));

        poll("second");
        everythingAgain();
        try (ConnectWorker worker = worker()) {
            awaitRows(worker, 2 * fleet.size() * VARIABLES.size());
        }

        assertThat(rows("variable_snapshots")).containsExactlyInAnyOrderElementsOf(published());
        assertThat(rows("latest_values"))
                .hasSize(fleet.size() * VARIABLES.size())
                .allSatisfy(latest -> assertThat(latest.getRequestId()).startsWith("second-"));
    }

    /** The cloud answers a device's variable with this JSON. */
    private static void hold(Simulation simulation, Simulation.Device device, String variable, String json) {
        String body = "{\"name\":\"" + variable + "\",\"result\":" + json + "}";
        simulation.fault(new ObjectMapper()
                .createObjectNode()
                .put("kind", "status")
                .put("status", 200)
                .put("route", "variable")
                .put("device", device.id())
                .put("name", variable)
                .put("body", body)
                .toString());
    }

    private static ConnectWorker worker() {
        return ConnectWorker.start(
                CONNECT,
                FILES,
                "postgres.json",
                stack.addresses(),
                Map.of("POSTGRES_URL", database.url(), "POSTGRES_USER", database.user(), "POSTGRES_PASSWORD", "none"));
    }

    private static void poll(String round) {
        List<ExpectedRequest> plan = new ArrayList<>();
        for (Simulation.Device device : fleet) {
            for (String variable : VARIABLES) {
                String id = round + "-" + device.id() + "-" + variable;
                VariablePoll poll = VariablePoll.newBuilder()
                        .setRequestId(id)
                        .setDeviceId(device.id())
                        .setVariable(variable)
                        .setCreatedAt(Instant.now())
                        .build();
                plan.add(new ExpectedRequest(poll, id, device.id(), false, false, "", Set.of(Status.SUCCEEDED)));
            }
        }
        try (ResultCollector answers = ResultCollector.open(kafka, TOPICS);
                Publisher publisher = new Publisher(kafka, TOPICS)) {
            publisher.publish(plan);
            assertThat(answers.await(plan, TIMEOUT, Duration.ZERO, done -> {})).isTrue();
            assertThat(plan)
                    .allSatisfy(
                            one -> assertThat(answers.of(one).get(0).status()).isEqualTo(Status.SUCCEEDED));
        }
    }

    /** Puts the sink's positions back to the beginning, as a worker that died before it committed them would find. */
    private static void everythingAgain() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            await().atMost(TIMEOUT)
                    .until(() -> admin.describeConsumerGroups(List.of(GROUP))
                            .all()
                            .get(10, TimeUnit.SECONDS)
                            .get(GROUP)
                            .members()
                            .isEmpty());
            Map<TopicPartition, OffsetAndMetadata> start = new LinkedHashMap<>();
            admin.describeTopics(List.of(TOPICS.variableSnapshots()))
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .values()
                    .forEach(topic -> topic.partitions()
                            .forEach(part -> start.put(
                                    new TopicPartition(topic.name(), part.partition()), new OffsetAndMetadata(0))));
            admin.alterConsumerGroupOffsets(GROUP, start).all().get(10, TimeUnit.SECONDS);
        }
    }

    private static List<VariableSnapshot> published() {
        List<VariableSnapshot> all = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = WholeTopic.open(kafka, TOPICS.variableSnapshots())) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.keySet().stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(found -> all.add((VariableSnapshot) found.value()));
            }
        }
        return all;
    }

    private static Tuple valueOf(Simulation.Device device, String variable) {
        return rows("latest_values").stream()
                .filter(row -> row.getDeviceId().equals(device.id())
                        && row.getVariable().equals(variable))
                .map(row -> tuple(
                        row.getValueType(),
                        row.getLongValue(),
                        row.getDoubleValue(),
                        row.getStringValue(),
                        row.getStringAltered()))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitRows(ConnectWorker worker, int count) {
        worker.await(() -> rows("variable_snapshots").size() == count, TIMEOUT);
    }

    private static List<VariableSnapshot> rows(String table) {
        List<VariableSnapshot> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
            while (row.next()) {
                rows.add(VariableSnapshot.newBuilder()
                        .setDeviceId(row.getString("device_id"))
                        .setProduct(row.getString("product"))
                        .setVariable(row.getString("variable"))
                        .setValueType(ValueType.valueOf(row.getString("value_type")))
                        .setLongValue(row.getObject("long_value", Long.class))
                        .setDoubleValue(row.getObject("double_value", Double.class))
                        .setBooleanValue(row.getObject("boolean_value", Boolean.class))
                        .setStringValue(row.getString("string_value"))
                        .setStringAltered(row.getBoolean("string_altered"))
                        .setObservedAt(row.getTimestamp("observed_at", Calendar.getInstance(UTC))
                                .toInstant())
                        .setAgeMs(row.getLong("age_ms"))
                        .setRequestId(row.getString("request_id"))
                        .build());
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return rows;
    }

    private static Map<String, String> columns() throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT column_name, data_type FROM information_schema.columns "
                        + "WHERE table_name = 'variable_snapshots'")) {
            while (row.next()) {
                columns.put(row.getString(1), row.getString(2));
            }
        }
        return columns;
    }
}
