package io.fleetcommand.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a process has cost since its start.
 *
 * @param cpu of all its threads, those of the JVM included
 * @param peakMemoryMb the most that it has held in real memory; 0 where the system does not tell
 */
public record ResourceUsage(Duration cpu, long peakMemoryMb) {
    private static final String PEAK = "VmHWM:";

    static ResourceUsage of(ProcessHandle process) {
        return new ResourceUsage(process.info().totalCpuDuration().orElse(Duration.ZERO), peakMb(process.pid()));
    }

    private static long peakMb(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            throw new StackFailure(status + " cannot be read", unreadable);
        }
    }
}
