package io.fleetcommand.cli.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the local stack is made of.
 *
 * @param data where topics, schemas and state are kept; empty to throw them away at the end
 * @param processors how many instances of the processor there are
 * @param simulator options of the simulator, as on its command line
 * @param processor settings of the processor beside those that join it to the stack
 */
public record StackOptions(Optional<Path> data, int processors, List<String> simulator, Map<String, String> processor) {
    public StackOptions {
        simulator = List.copyOf(simulator);
        processor = Map.copyOf(processor);
    }

    /** One processor, data thrown away, the simulator's own defaults. */
    public static StackOptions standard() {
        return new StackOptions(Optional.empty(), 1, List.of(), Map.of());
    }

    public StackOptions withData(Path folder) {
        return new StackOptions(Optional.of(folder), processors, simulator, processor);
    }

    public StackOptions withProcessors(int count) {
        return new StackOptions(data, count, simulator, processor);
    }

    public StackOptions withSimulator(String... options) {
        return new StackOptions(data, processors, List.of(options), processor);
    }

    public StackOptions withProcessor(Map<String, String> settings) {
        return new StackOptions(data, processors, simulator, settings);
    }
}
