package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.systemtest.secrets.SecretScanner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first hour with real devices, as a stranger spends it; the simulator is the real cloud, in a process of its own. */
class FirstHourIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final String SECRET = "5ecret0of0the0client0abcdef";
    private static final String TOKEN = "70ken0of0the0owner0abcdef01234567";
    private static final String CLIENT = "my-product-1234";

    private final List<Process> started = new ArrayList<>();
    private final StringBuilder said = new StringBuilder();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aStrangerCommandsRealDevicesAndNoSecretIsSeen() throws Exception {
        FleetScript.takeBuildAsDone();
        Cloud cloud = cloud();
        Simulation simulation = new Simulation(cloud.control());
        String device = simulation.fleet().get(0).id();

        // Two stacks of one checkout, up at the same time.
        Stack byClient =
                up(cloud, "by-client", "--client-id", CLIENT, "--client-secret-file", secretFile("secret.txt", SECRET));
        Stack byToken = up(cloud, "by-token", "--token-file", secretFile("token.txt", TOKEN));
        for (Stack stack : List.of(byClient, byToken)) {
            stack.awaitUp();
            long calledBefore = calls(simulation, device);
            assertThat(stack.shown("product")).isEqualTo("12345");
            assertThat(stack.shown("device cloud")).isEqualTo(cloud.url());
            assertThat(Files.readString(stack.policy()))
                    .contains("No rule is here, so nothing is allowed", "rules: []");

            String denied = fleet(ExitCodes.FAILED, stack, "send", device, "setLed", "on");
            assertThat(denied).contains("REJECTED", "POLICY", "below \"rules:\" in " + stack.policy());
            assertThat(calls(simulation, device))
                    .as("before the policy allows it")
                    .isEqualTo(calledBefore);

            Files.writeString(stack.policy(), "rules:\n" + line(denied, "  - {name: ") + "\n");
            await().atMost(TIMEOUT).untilAsserted(() -> fleet(ExitCodes.DONE, stack, "send", device, "setLed", "on"));
            assertThat(calls(simulation, device)).isEqualTo(calledBefore + 1);
        }
        assertThat(fleet(ExitCodes.FAILED, byClient, "poll", device, "temperature"))
                .contains("REJECTED", "variables: ['temperature']");
        assertThat(fleet(ExitCodes.DONE, byClient, "doctor", "--device", device))
                .containsPattern("ok +cloud address .*\\[1 call]")
                .containsPattern("ok +device listing .*\\[1 call]")
                .containsPattern("ok +variable read .*\\[2 calls]")
                .contains("0 failed, 0 warnings; 4 calls of the cloud's quota");

        List<Secret> secrets = new ArrayList<>(List.of(Secret.of(SECRET), Secret.of(TOKEN)));
        simulation.tokensEverMade().forEach(token -> secrets.add(Secret.of(token)));
        assertThat(secrets)
                .as("those of two files, one of the trial, one of the token-service")
                .hasSizeGreaterThan(3);
        SecretScanner leaks = new SecretScanner(secrets);
        leaks.in("what commands said", said.toString());
        for (Stack stack : List.of(byClient, byToken)) {
            searchOutside(leaks, stack);
            endsAndLeavesNothing(stack);
        }
        assertThat(leaks.places()).isEmpty();
        assertThat(leaks.searched()).as("bytes searched").isGreaterThan(20_000);
    }

    /** Whatever others on this machine may see of a stack, and what it has written but for its settings. */
    private static void searchOutside(SecretScanner leaks, Stack stack) throws IOException {
        leaks.in("output of " + stack.name(), Files.readString(stack.log()));
        leaks.inFiles(Path.of(stack.shown("logs")));
        List<ProcessHandle> processes = Stream.concat(
                        Stream.of(stack.process().toHandle()), stack.process().descendants())
                .toList();
        assertThat(processes)
                .as("./fleet, broker, registry, token-service, processor")
                .hasSize(5);
        for (ProcessHandle process : processes) {
            for (String part : List.of("cmdline", "environ")) {
                Path file = Path.of("/proc", Long.toString(process.pid()), part);
                leaks.in(file.toString(), Files.readAllBytes(file));
            }
        }
    }

    private static void endsAndLeavesNothing(Stack stack) throws IOException {
        List<ProcessHandle> children = stack.process().descendants().toList();
        Path logs = Path.of(stack.shown("logs"));
        stack.process().destroy();
        await().atMost(TIMEOUT).until(() -> !stack.process().isAlive());
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(logs.getParent()).doesNotExist();
    }

    private record Cloud(String url, String control) {}

    private Cloud cloud() throws IOException {
        Path log = folder.resolve("cloud.log");
        started.add(FleetScript.start(
                log,
                Map.of(
                        "SIMULATOR_CLIENT_ID", CLIENT,
                        "SIMULATOR_CLIENT_SECRET", SECRET,
                        "SIMULATOR_OWNER_TOKEN", TOKEN),
                "sim",
                "--devices",
                "3",
                "--latency",
                "20ms"));
        await().atMost(TIMEOUT).until(() -> Files.readString(log).contains("simulator ready"));
        Matcher ready = Pattern.compile("http=(\\S+) control=(\\S+)").matcher(Files.readString(log));
        assertThat(ready.find()).isTrue();
        return new Cloud(ready.group(1), ready.group(2));
    }

    /** A stack by its name, the process of {@code ./fleet up}, and the file of what that prints. */
    private record Stack(String name, Process process, Path log) {
        void awaitUp() {
            await().atMost(TIMEOUT).untilAsserted(() -> {
                String printed = Files.readString(log);
                assertThat(process.isAlive()).as(printed).isTrue();
                assertThat(printed).contains("Ctrl-C ends it.");
            });
        }

        /** What it has printed behind a name. */
        String shown(String what) throws IOException {
            Matcher line = Pattern.compile("(?m)^ *" + what + " +(\\S+)$").matcher(Files.readString(log));
            assertThat(line.find()).as(what).isTrue();
            return line.group(1);
        }

        Path policy() throws IOException {
            return Path.of(shown("policy"));
        }
    }

    private Stack up(Cloud cloud, String name, String... source) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("up", "--cloud", cloud.url(), "--product", "12345", "--name", "first-hour-" + name));
        arguments.addAll(List.of(source));
        Path log = folder.resolve(name + ".log");
        Process process = FleetScript.start(log, Map.of(), arguments.toArray(String[]::new));
        Stack stack = new Stack("first-hour-" + name, process, log);
        started.add(process);
        return stack;
    }

    private String fleet(int exitCode, Stack stack, String... arguments) {
        StringWriter out = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(Stream.concat(Stream.of(arguments), Stream.of("--stack", stack.name()))
                        .toArray(String[]::new));
        said.append(out);
        assertThat(code).as(out.toString()).isEqualTo(exitCode);
        return out.toString();
    }

    private static String line(String text, String beginning) {
        return text.lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    /** How often functions of a device ran. */
    private static long calls(Simulation simulation, String device) {
        return simulation.runs().getOrDefault(device, List.of()).stream()
                .filter(Simulation.Run::function)
                .count();
    }

    private String secretFile(String name, String secret) throws IOException {
        Path file = Files.writeString(folder.resolve(name), secret + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"))
                .toString();
    }
}
