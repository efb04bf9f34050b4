package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.GuaranteeChecker;
import io.fleetcommand.stack.load.Publisher;
import io.fleetcommand.stack.load.ResultCollector;
import io.fleetcommand.stack.load.Workload;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole system on a broker with TLS, passwords and access rules: everybody has the rights of the file, no more. */
class SecuredStackIT {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String REPLICAS = "--replicas=1";

    private static LocalStack stack;
    private static Simulation simulation;

    @BeforeAll
    static void start() {
        stack = LocalStack.start(
                Installation.find(),
                StackOptions.standard().withSecurity(true).withSimulator("--devices", "20", "--latency", "20ms+-10"));
        simulation = new Simulation(stack.addresses().control());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void everybodyDoesTheirWorkWithTheirOwnRights() {
        Workload load = new Workload("secured", 7, TIMEOUT, TIMEOUT);
        List<ExpectedRequest> plan = load.plan(200, simulation.fleet(), Instant.now());
        try (ResultCollector answers = ResultCollector.open(as("results-reader"), TOPICS);
                Publisher commands = new Publisher(as("commands-writer"), TOPICS);
                Publisher polls = new Publisher(as("polls-writer"), TOPICS)) {
            commands.publish(plan.stream().filter(ExpectedRequest::command).toList());
            polls.publish(plan.stream().filter(request -> !request.command()).toList());
            answers.await(plan, TIMEOUT, Duration.ofSeconds(1), done -> {});

            GuaranteeChecker promises = GuaranteeChecker.of(plan, answers, simulation);
            assertThat(promises.broken()).isEmpty();
            assertThat(promises.allKept()).isTrue();
        }
        assertThat(stack.processors().isAlive(1)).isTrue();
    }

    @Test
    void whoMayNotWriteCommandsIsRefused() {
        assertThatThrownBy(() -> write(client("polls-writer"), TOPICS.commands()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TopicAuthorizationException.class)
                .hasMessageContaining("Not authorized to access topics: [fleet.commands]");
        assertThatThrownBy(() -> write(client("results-reader"), TOPICS.commands()))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void evenTheProcessorMayNotWriteRequestsNorACallerTheJournal() {
        assertThatThrownBy(() -> write(client("processor"), TOPICS.commands()))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> write(client("commands-writer"), TOPICS.attempts()))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void analyticsReadsSnapshotsAndNoAnswers() {
        try (KafkaConsumer<String, Object> consumer = as("analytics-reader").consumer()) {
            assertThat(consumer.partitionsFor(TOPICS.variableSnapshots())).isNotEmpty();
            assertThatThrownBy(() -> consumer.partitionsFor(TOPICS.commandResults()))
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void whoDoesNotKnowAPasswordIsNobody() {
        Map<String, Object> stranger = client("commands-writer");
        stranger.computeIfPresent(
                "sasl.jaas.config",
                (key, login) -> login.toString().replaceAll("password=\"[^\"]*\"", "password=\"x\""));

        assertThatThrownBy(() -> write(stranger, TOPICS.commands()))
                .hasRootCauseInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void theCommandLineSendsWithAClientFile() {
        String device = simulation.fleet().get(0).id();

        Ran ran = run("send", "--config", stack.clientFile("operator").toString(), device, "setLed", "on");

        assertThat(ran.out()).containsPattern("status +SUCCEEDED");
        assertThat(ran.code()).isZero();
    }

    @Test
    void applyingTheFilesAgainChangesNothing() {
        String admin = stack.clientFile("admin").toString();

        assertThat(run("topics", "apply", "--config", admin, REPLICAS, "--dry-run"))
                .isEqualTo(new Ran(0, "the cluster agrees with the files\n"));
    }

    @Test
    void aDryRunShowsWhatIsMissingAndDoesNothing() {
        String admin = stack.clientFile("admin").toString();
        String[] other = {"topics", "apply", "--config", admin, REPLICAS, "--topic-prefix", "other.", "--dry-run"};

        Ran first = run(other);

        assertThat(first.code()).isEqualTo(3);
        assertThat(first.out())
                .contains(
                        "+ topic other.commands: 12 partitions, 1 replicas, min.insync.replicas=1\n",
                        "+ right User:processor may READ topic other.commands\n",
                        "= right that is in no file: User:processor may READ topic fleet.commands\n",
                        "nothing was changed; without --dry-run this would be\n");
        assertThat(run(other)).isEqualTo(first);
    }

    @Test
    void fewerPartitionsAreRefused() {
        String admin = stack.clientFile("admin").toString();

        Ran ran = run("topics", "apply", "--config", admin, REPLICAS, "--partitions", "6");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("! fleet.commands has 12 partitions and the file says 6")
                .contains("nothing was changed");
    }

    @Test
    void whoIsNoSuperUserCannotApply() {
        String operator = stack.clientFile("operator").toString();

        Ran ran = run("topics", "apply", "--config", operator, REPLICAS);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("cannot be looked up");
    }

    @Test
    void theDoctorLooksAtTheRightsOfAnother() {
        String admin = stack.clientFile("admin").toString();

        Ran ran = run("doctor", "--config", admin, "--as", "commands-writer");

        assertThat(ran.out())
                .containsPattern("ok +rights +commands-writer has its \\d+ rights")
                .containsPattern("ok +compatibility +every subject is guarded");
        assertThat(ran.code()).isZero();
    }

    @Test
    void theDoctorSaysWhoIsInTheFileOfRightsAndWhoMaySeeThem() {
        String admin = stack.clientFile("admin").toString();
        String operator = stack.clientFile("operator").toString();

        Ran unknown = run("doctor", "--config", admin, "--as", "procesor");
        Ran blind = run("doctor", "--config", operator, "--as", "processor");

        assertThat(unknown.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(unknown.out())
                .containsPattern("failed +rights +the file of rights has no principal procesor")
                .contains("operator, polls-writer, processor");
        assertThat(blind.out()).containsPattern("warning +rights +this client may not see the rights");
        assertThat(blind.code()).isZero();
    }

    private record Ran(int code, String out) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int code = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        return new Ran(code, out.toString());
    }

    private static Kafka as(String principal) {
        return new Kafka(
                stack.addresses().bootstrapServers(), stack.addresses().registry(), stack.clientSettings(principal));
    }

    private static Map<String, Object> client(String principal) {
        Map<String, Object> config = new HashMap<>(stack.clientSettings(principal));
        config.put("bootstrap.servers", stack.addresses().bootstrapServers());
        return config;
    }

    private static void write(Map<String, Object> config, String topic) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "value")).get(30, TimeUnit.SECONDS);
        }
    }
}
