package io.fleetcommand.cli.stack;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The processes of a stack, by the names of its parts. */
final class Children {
    private final Path logs;
    private final List<String> jvm;
    private final Map<String, Child> byName = new HashMap<>();

    /**
     * @param logs the folder of their logs
     * @param jvm options of every JVM, beside its own
     */
    Children(Path logs, List<String> jvm) {
        this.logs = logs;
        this.jvm = List.copyOf(jvm);
    }

    /** Starts a part, in the place of the last one of that name. */
    Child start(String name, String classPath, List<String> own, List<String> main, Map<String, String> environment) {
        List<String> options = Stream.concat(jvm.stream(), own.stream()).toList();
        Child child = Child.start(name, logs.resolve(name + ".log"), classPath, options, main, environment);
        byName.put(name, child);
        return child;
    }

    /** One that was started. */
    Child child(String name) {
        return byName.get(name);
    }

    /** The processes of all that run. */
    Map<String, Long> processes() {
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
    void end(boolean inOrder) {
        byName.entrySet().stream()
                .filter(child -> child.getValue().isAlive())
                .sorted(Comparator.comparing(
                        (Map.Entry<String, Child> child) -> !child.getKey().startsWith("processor")))
                .map(Map.Entry::getValue)
                .forEach(inOrder ? Child::terminate : Child::killHard);
    }
}
