package io.fleetcommand.systemtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ./fleet} of this checkout, run as people do. */
final class FleetScript {
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private FleetScript() {}

    /** What runs here was built by Maven a moment ago: the script need not build it once more. */
    static void takeBuildAsDone() throws IOException {
        Path stamp = HOME.resolve("target/built");
        if (Files.notExists(stamp)) {
            Files.createFile(stamp);
        }
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now()));
    }

    /** @param log where all that it prints goes */
    static Process start(Path log, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("./fleet"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
