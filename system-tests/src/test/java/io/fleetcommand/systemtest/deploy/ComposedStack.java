package io.fleetcommand.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;

/**
 * The stack of {@code deploy/compose.yaml}, run by docker-compose under a project name of its own and on any free
 * ports, so that it does not meet another one. What it leaves when its test is killed is taken away by the next.
 */
final class ComposedStack {
    /** Why the tests are skipped where they cannot be run. */
    static final String NOT_HERE = BuiltImages.NOT_HERE + ", or no docker-compose";

    private static final String PROJECT = "fleet-it";
    private static final Duration UP_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "FLEET_TAG", BuiltImages.TAG,
            "FLEET_KAFKA_PORT", "",
            "FLEET_REGISTRY_PORT", "",
            "FLEET_CONTROL_PORT", "",
            "FLEET_PROCESSOR_1_PORT", "",
            "FLEET_PROCESSOR_2_PORT", "");

    private final DockerClient engine = DockerClientFactory.instance().client();

    private ComposedStack() {}

    static boolean canBeStarted() throws IOException, InterruptedException {
        return BuiltImages.canBeBuilt()
                && Program.run(TIMEOUT, Map.of(), "docker-compose", "version").isGood();
    }

    /** Starts everything and waits until all services are healthy. */
    static ComposedStack start() throws IOException, InterruptedException {
        ComposedStack stack = new ComposedStack();
        stack.down();
        try {
            stack.must(UP_TIMEOUT, "up", "-d");
            for (String service : List.of("processor-1", "processor-2")) {
                stack.awaitHealthy(service);
            }
            return stack;
        } catch (IOException | InterruptedException | RuntimeException | Error failed) {
            Program.Ending logs = compose(TIMEOUT, "logs", "--tail=30");
            stack.down();
            throw new IllegalStateException("the stack does not come up\n" + logs.printed(), failed);
        }
    }

    /** Runs the image of the command line within the stack. */
    Program.Ending cli(String... arguments) throws IOException, InterruptedException {
        return compose(
                TIMEOUT,
                Stream.concat(Stream.of("run", "--rm", "-T", "cli"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Runs a program in the container of a service. */
    Program.Ending within(String service, String... command) throws IOException, InterruptedException {
        return compose(
                TIMEOUT,
                Stream.concat(Stream.of("exec", "-T", service), Stream.of(command))
                        .toArray(String[]::new));
    }

    /** SIGKILL. */
    void kill(String service) throws IOException, InterruptedException {
        must(TIMEOUT, "kill", service);
    }

    /** Starts a service again that was killed, and waits until it is healthy. */
    void startAgain(String service) throws IOException, InterruptedException {
        must(TIMEOUT, "start", service);
        awaitHealthy(service);
    }

    /** What the engine says of all containers, those that have done their work too, by service. */
    List<InspectContainerResponse> containers() {
        return find(Map.of("com.docker.compose.project", PROJECT));
    }

    InspectContainerResponse container(String service) {
        return find(Map.of("com.docker.compose.project", PROJECT, "com.docker.compose.service", service))
                .get(0);
    }

    /** Where a port of a service is on this machine. */
    String url(String service, int port) {
        return "http://127.0.0.1:"
                + container(service)
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(port))[0]
                        .getHostPortSpec();
    }

    private List<InspectContainerResponse> find(Map<String, String> labels) {
        return engine.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                .map(Container::getId)
                .map(id -> engine.inspectContainerCmd(id).exec())
                .toList();
    }

    private void awaitHealthy(String service) {
        Awaitility.await(service + " is healthy")
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> "healthy"
                        .equals(container(service).getState().getHealth().getStatus()));
    }

    private void must(Duration patience, String... arguments) throws IOException, InterruptedException {
        Program.Ending ending = compose(patience, arguments);
        assertThat(ending.exitCode())
                .as("docker-compose " + String.join(" ", arguments) + "\n" + ending.printed())
                .isZero();
    }

    private static Program.Ending compose(Duration patience, String... arguments)
            throws IOException, InterruptedException {
        return Program.run(
                patience,
                ENVIRONMENT,
                Stream.concat(
                                Stream.of(
                                        "docker-compose",
                                        "-p",
                                        PROJECT,
                                        "-f",
                                        BuiltImages.DEPLOY
                                                .resolve("compose.yaml")
                                                .toString()),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Takes everything away, data and secrets too. */
    void down() throws IOException, InterruptedException {
        must(TIMEOUT, "down", "-v", "--timeout", "5");
    }
}
