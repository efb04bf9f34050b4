package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.fleetcommand.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/operations that suit the stack of {@code ./fleet up}, typed into bash as they are written. */
@EnabledIf(value = "hasPrograms", disabledReason = "jq and curl are not installed (.ci/run installs them)")
class RunbookIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final String STACK = "runbook";

    @TempDir
    private static Path folder;

    private static Process up;

    /** A command as it stands in the documentation, how it ended, and what it printed, errors included. */
    private record Step(String command, int exitCode, String printed) {}

    static boolean hasPrograms() {
        return Stream.of("jq", "curl")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, program))));
    }

    @BeforeAll
    static void start() throws Exception {
        FleetScript.takeBuildAsDone();
        // Named, since other stacks of this checkout may be up at the same time.
        up = FleetScript.start(
                folder.resolve("up.log"), Map.of(), "up", "--name", STACK, "--devices", "20", "--offline", "0.2");
        await().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(Files.readString(folder.resolve("up.log"))).contains("Ctrl-C ends it."));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        up.destroy();
        assertThat(up.waitFor(2, TimeUnit.MINUTES)).as("./fleet up has ended").isTrue();
    }

    @Test
    void theWalkThroughOfReplayAndCancelEndsAsItSays() throws Exception {
        List<String> commands = commands("replay.md");
        String watch = only(commands, "./fleet watch ");
        commands.replaceAll(command -> command.equals(watch) ? command + " &" : command);
        commands.add("wait");
        Map<String, Step> steps = run(commands);

        String late = "./fleet send $AWAY setLed on --deadline 20";
        String once = "./fleet send $AWAY setLed on --deadline 5 --at-most-once";
        String pending = "./fleet send $AWAY setLed on --deadline 600 --timeout 1";
        assertThat(steps.values().stream()
                        .filter(step -> step.exitCode() != ExitCodes.DONE)
                        .collect(Collectors.toMap(Step::command, Step::exitCode)))
                .containsOnly(
                        entry(late, ExitCodes.FAILED),
                        entry(once, ExitCodes.FAILED),
                        entry(pending, ExitCodes.NO_RESULT));

        assertThat(printed(steps, "./fleet send $ONLINE")).contains("SUCCEEDED");
        assertThat(steps.get(watch + " &").printed())
                .contains(word("request_id", steps.get(late).printed()))
                .contains(word("request_id", steps.get(once).printed()));
        assertThat(printed(steps, "./fleet failed show")).contains("AT_LEAST_ONCE", "DEADLINE_PASSED");
        String replay = "./fleet failed replay --device $AWAY --since 1h --priority NORMAL --rate 10 --yes";
        assertThat(steps.get(replay).printed())
                .as("the second time")
                .contains("were replayed before", "nothing to replay");
        assertThat(printed(steps, "./fleet failed replay --device $AWAY --since 1h --include-may-have-run"))
                .contains("\"new_request_id\":")
                .contains(word("request_id", steps.get(once).printed()));
        assertThat(printed(steps, "./fleet audit $ID --device").lines().toList())
                .contains("published", "read", "claimed", "outcome", "answered", "failed", "replayed", "replay");
        assertThat(printed(steps, "./fleet cancel --device $AWAY --yes")).contains("1 cancellation");
    }

    @Test
    void statusSchemasAndPolicyAnswerAsItSays() throws Exception {
        Path request = Files.writeString(folder.resolve("request.json"), requestOfThePolicyPage());
        Path client = Files.writeString(
                folder.resolve("client.properties"), "schema.registry.url=" + address("schema registry") + "\n");
        List<String> commands = new ArrayList<>(commands("install.md", "## Schemas"));
        commands.addAll(commands("policy.md"));
        commands.add(commands("metrics.md").get(0));
        commands.replaceAll(command ->
                command.replace("client.properties", client.toString()).replace("request.json", request.toString()));
        Map<String, Step> steps = run(commands);

        assertThat(steps.values())
                .allSatisfy(
                        step -> assertThat(step.exitCode()).as(step.toString()).isEqualTo(ExitCodes.DONE));
        assertThat(printed(steps, "./fleet policy check")).contains("allowed");
        assertThat(printed(steps, "./fleet status")).contains("processor-1");
    }

    /** What {@code up} has printed behind a name. */
    private static String address(String name) throws IOException {
        Matcher line = Pattern.compile(name + "\\s+(\\S+)").matcher(Files.readString(folder.resolve("up.log")));
        assertThat(line.find()).as(name).isTrue();
        return line.group(1);
    }

    /** The example that stands beside {@code policy check}. */
    private static String requestOfThePolicyPage() throws IOException {
        Matcher example =
                Pattern.compile("with, say, `(\\{.*?})` in `request.json`").matcher(page("policy.md"));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    /** The indented lines of a page. */
    private static List<String> commands(String page) throws IOException {
        return indentedLines(page(page));
    }

    /** The indented lines of a section, up to the next one of its level. */
    private static List<String> commands(String page, String heading) throws IOException {
        String text = page(page);
        int start = text.indexOf("\n" + heading + "\n");
        assertThat(start).as("%s of %s", heading, page).isNotNegative();
        int end = text.indexOf("\n## ", start + 1);
        return indentedLines(end < 0 ? text.substring(start) : text.substring(start, end));
    }

    private static List<String> indentedLines(String text) {
        List<String> commands = text.lines()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(commands).isNotEmpty();
        return commands;
    }

    private static String page(String name) throws IOException {
        return Files.readString(FleetScript.HOME.resolve("docs/operations").resolve(name));
    }

    /** Runs the lines one after the other in one shell. A line that stands there twice is given as it ended last. */
    private static Map<String, Step> run(List<String> commands) throws Exception {
        Path out = Files.createTempDirectory(folder, "steps");
        Path lines = Files.write(out.resolve("lines"), commands);
        String script = """
                step=0
                while IFS= read -r line <&3; do
                  eval "$line" > "$OUT/$step.out" 2>&1 < /dev/null
                  echo $? > "$OUT/$step.code"
                  step=$((step + 1))
                done 3< "$OUT/lines"
                """;
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script)
                .directory(FleetScript.HOME.toFile())
                .inheritIO();
        shell.environment()
                .putAll(Map.of(
                        "FLEET_STACK", STACK, "OUT", lines.getParent().toString(), "CONTROL", address("its control")));
        Process process = shell.start();
        boolean ended = process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        Map<String, Step> steps = new LinkedHashMap<>();
        for (int step = 0; step < commands.size(); step++) {
            Path code = out.resolve(step + ".code");
            assertThat(code).as("%s has ended in time", commands.get(step)).exists();
            steps.put(
                    commands.get(step),
                    new Step(
                            commands.get(step),
                            Integer.parseInt(Files.readString(code).strip()),
                            Files.readString(out.resolve(step + ".out"))));
        }
        return steps;
    }

    private static String printed(Map<String, Step> steps, String beginning) {
        return steps.get(only(steps.keySet(), beginning)).printed();
    }

    private static String only(Iterable<String> commands, String beginning) {
        List<String> found = new ArrayList<>();
        commands.forEach(command -> {
            if (command.startsWith(beginning)) {
                found.add(command);
            }
        });
        assertThat(found).as("commands that begin with " + beginning).hasSize(1);
        return found.get(0);
    }

    /** The word behind a name, in a table of names and values. */
    private static String word(String name, String table) {
        return table.lines()
                .map(line -> Arrays.asList(line.split("\\s+")))
                .filter(words -> words.get(0).equals(name))
                .map(words -> words.get(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + table));
    }
}
