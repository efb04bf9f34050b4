package io.fleetcommand.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import io.fleetcommand.simulator.timing.Latency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the simulator with the official JavaScript client: {@code checks.js} calls each of its methods and compares the
 * whole response. The versions are pinned by {@code package-lock.json} and installed once, into {@code target}.
 */
class ParticleApiJsIT {
    private static final Path CHECKS = Path.of("target", "test-classes", "particle-api-js");
    private static final Path INSTALLED = Path.of("target", "particle-api-js");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "checks.js");
    private static final Pattern NO_NETWORK = Pattern.compile(
            "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|E503");
    private static final Duration TO_INSTALL = Duration.ofMinutes(2);
    private static final Duration TO_RUN = Duration.ofMinutes(1);

    @BeforeAll
    static void installTheClients() throws Exception {
        assumeTrue(isThere("node"), "skipped: there is no node on the path");
        assumeTrue(isThere("npm"), "skipped: there is no npm on the path");
        Files.createDirectories(INSTALLED);
        boolean present = Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))
                && Files.mismatch(CHECKS.resolve("package-lock.json"), INSTALLED.resolve("package-lock.json")) == -1;
        for (String file : FILES) {
            Files.copy(CHECKS.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!present) {
            Ended npm = run(TO_INSTALL, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            assumeTrue(
                    npm.code() == 0 || !NO_NETWORK.matcher(npm.output()).find(),
                    "skipped: npm cannot reach its registry: " + npm.output());
            assertThat(npm.code()).as(npm.output()).isZero();
        }
    }

    @ParameterizedTest(name = "particle-api-js {0}")
    @CsvSource({"9, 245", "10, 265", "12, 257"})
    void everyMethodOfTheClientGetsTheExpectedResponse(String version, int checks) throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.DEFAULT
                .with(FleetPlan.of(6, 7))
                .with(Profile.CURRENT.with(Setting.ONLINE_FLAG_EXACT))
                .with(Timing.DEFAULT
                        .withLatency(new Latency(Duration.ofMillis(1), Duration.ZERO))
                        .withDeviceTimeout(Duration.ofMillis(100))))) {
            Ended node = run(TO_RUN, "node", "checks.js", version, simulator.url(), simulator.controlUrl());

            System.out.print(node.output());
            assertThat(node.output()).doesNotContain("FAILED");
            assertThat(node.output())
                    .endsWith("particle-api-js " + version + ": " + checks + " checks, 0 failed"
                            + System.lineSeparator());
            assertThat(node.code()).isZero();
        }
    }

    /** The result of a process. */
    private record Ended(int code, String output) {}

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return run(TO_RUN, program, "--version").code() == 0;
        } catch (IOException none) {
            return false;
        }
    }

    private static Ended run(Duration atMost, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("program", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Files.exists(INSTALLED) ? INSTALLED.toFile() : null)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Ended(-1, "ETIMEDOUT after " + atMost + ": " + Files.readString(output));
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
