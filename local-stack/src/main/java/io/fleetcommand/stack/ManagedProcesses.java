package io.fleetcommand.stack;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The processes of a stack, by the names of its parts. Any thread may end them. */
final class ManagedProcesses {
    private final Path logs;
    private final List<String> jvm;
    /** Guarded by this, as is the next. */
    private final Map<String, ManagedProcess> byName = new HashMap<>();

    private boolean ended;

    /**
     * @param logs the folder of their logs
     * @param jvm options of every JVM, beside its own
     */
    ManagedProcesses(Path logs, List<String> jvm) {
        this.logs = logs;
        this.jvm = List.copyOf(jvm);
    }

    /** Starts a part, in the place of the last one of that name. */
    synchronized ManagedProcess start(
            String name, String classPath, List<String> own, List<String> main, Map<String, String> environment) {
        if (ended) {
            throw new StackFailure(name + " cannot be started: the stack is ending");
        }
        List<String> options = Stream.concat(jvm.stream(), own.stream()).toList();
        ManagedProcess child =
                ManagedProcess.start(name, logs.resolve(name + ".log"), classPath, options, main, environment);
        byName.put(name, child);
        return child;
    }

    /** One that was started. */
    synchronized ManagedProcess child(String name) {
        return byName.get(name);
    }

    /** The processes of all that run. */
    synchronized Map<String, Long> processes() {
        Map<String, Long> processes = new TreeMap<>();
        byName.forEach((name, child) -> {
            if (child.isAlive()) {
                processes.put(name, child.pid());
            }
        });
        return processes;
    }

    /**
     * Ends all that run, processors first.
     *
     * @param inOrder whether each ends in its own order; what is thrown away may end at once
     */
    synchronized void end(boolean inOrder) {
        ended = true;
        byName.entrySet().stream()
                .filter(child -> child.getValue().isAlive())
                .sorted(Comparator.comparing((Map.Entry<String, ManagedProcess> child) ->
                        !child.getKey().startsWith("processor")))
                .map(Map.Entry::getValue)
                .forEach(child -> end(child, inOrder));
    }

    /** The rest must end, too, if one does not. */
    private static void end(ManagedProcess child, boolean inOrder) {
        try {
            if (inOrder) {
                child.terminate();
                return;
            }
        } catch (StackFailure stuck) {
            // It has had its time; SIGKILL follows.
        }
        child.kill();
    }
}
