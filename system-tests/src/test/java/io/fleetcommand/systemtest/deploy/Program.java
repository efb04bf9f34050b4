package io.fleetcommand.systemtest.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end, or is killed when its time is over. */
final class Program {
    private static final int NOT_THERE = 127;
    private static final int TOO_LATE = 124;

    private Program() {}

    /** How a program ended, and all that it printed; 127 if there is no such program, 124 if it took too long. */
    record Ending(int exitCode, String printed) {
        boolean isGood() {
            return exitCode == 0;
        }
    }

    static Ending run(Duration patience, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path printed = Files.createTempFile("fleet-program-", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(printed.toFile());
            builder.environment().putAll(environment);
            Process process;
            try {
                process = builder.start();
            } catch (IOException absent) {
                return new Ending(NOT_THERE, absent.toString());
            }
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Ending(ended ? process.exitValue() : TOO_LATE, Files.readString(printed));
        } finally {
            Files.delete(printed);
        }
    }
}
