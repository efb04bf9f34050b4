package io.fleetcommand.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of the stack. Its output goes to a log file, in which its ready line is looked for. */
public final class ManagedProcess {
    private static final Duration END_TIMEOUT = Duration.ofSeconds(75);
    private static final long LOOK_EVERY_MS = 50;
    private static final String SETTING_PREFIX = "FLEET_";
    private static final int LINES_SHOWN = 15;

    private final String name;
    private final Path log;
    private final Process process;
    private final long logStart;

    private ManagedProcess(String name, Path log, Process process, long logStart) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.logStart = logStart;
    }

    /**
     * @param classPath of the child's JVM
     * @param jvmOptions such as its heap
     * @param main the class to run and its arguments
     */
    public static ManagedProcess start(
            String name,
            Path log,
            String classPath,
            List<String> jvmOptions,
            List<String> main,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, ManagedProcessMain.class.getName()));
        command.addAll(main);
        try {
            Files.createDirectories(log.getParent());
            long logStart = Files.exists(log) ? Files.size(log) : 0;
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // Settings of a service may come from such variables: those of another installation would tear the stack
            // apart.
            builder.environment().keySet().removeIf(variable -> variable.startsWith(SETTING_PREFIX));
            builder.environment().putAll(environment);
            return new ManagedProcess(name, log, builder.start(), logStart);
        } catch (IOException failed) {
            throw new StackFailure(name + " cannot be started: " + failed.getMessage(), failed);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has cost since its start. */
    public ResourceUsage usage() {
        return ResourceUsage.of(process.toHandle());
    }

    /** A line of the child's output, if it is there by now. */
    Optional<Matcher> findLine(Pattern line) {
        Matcher found = line.matcher(output());
        return found.find() ? Optional.of(found) : Optional.empty();
    }

    /** Waits for a line of the child's output. */
    Matcher awaitLine(Pattern line, Duration limit) {
        await(() -> findLine(line).isPresent(), limit);
        return findLine(line).orElseThrow();
    }

    /** Waits until it is so. */
    public void await(BooleanSupplier ready, Duration limit) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new StackFailure(name + " ended with exit code " + process.exitValue() + "; " + lastLines());
            }
            if (System.nanoTime() > endNanos) {
                throw new StackFailure(name + " is not ready after " + limit.toSeconds() + " s; " + lastLines());
            }
            pause();
        }
    }

    /** SIGKILL: the process has no say in it. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM: the process begins to end in its own order. */
    public void stop() {
        process.destroy();
    }

    /** SIGTERM, and waits for its end. */
    public void terminate() {
        stop();
        if (!awaitEnd()) {
            process.destroyForcibly();
            throw new StackFailure(
                    name + " did not end within " + END_TIMEOUT.toSeconds() + " s of SIGTERM; " + lastLines());
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String output() {
        try {
            byte[] all = Files.readAllBytes(log);
            return new String(all, (int) logStart, (int) (all.length - logStart), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new StackFailure("the log " + log + " cannot be read", unreadable);
        }
    }

    private String lastLines() {
        List<String> lines = output().lines().toList();
        return "the end of " + log + ":\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StackFailure("interrupted while waiting for a part of the stack", interrupted);
        }
    }
}
