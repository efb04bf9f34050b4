package io.fleetcommand.stack;

import io.fleetcommand.operations.stack.RealCloud;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the local stack is made of.
 *
 * @param data where topics, schemas and state are kept; empty to throw them away at the end
 * @param processors how many instances of the processor there are
 * @param secured whether the broker asks who its clients are, and grants them what {@code deploy/acls.yaml} says
 * @param simulator options of the simulator, as on its command line
 * @param processor settings of the processor beside those that join it to the stack
 * @param processorJvm options of the processor's JVM
 * @param tokenServices how many replicas of the token-service there are
 * @param tokenService settings of the token-service beside those that join it to the stack
 * @param logLevel of the token-service, the processor and the simulator
 * @param cloud the real device cloud that takes the simulator's place; empty for the simulator
 * @param policy who may command what; empty for a file in the folder of the data
 */
public record StackOptions(
        Optional<Path> data,
        int processors,
        boolean secured,
        List<String> simulator,
        Map<String, String> processor,
        List<String> processorJvm,
        int tokenServices,
        Map<String, String> tokenService,
        String logLevel,
        Optional<RealCloud> cloud,
        Optional<Path> policy) {
    /** Most of the ledger is outside of the heap, so its pauses are short; this collector takes the least of the cores. */
    private static final List<String> PROCESSOR_JVM = List.of("-Xmx512m", "-XX:+UseParallelGC");

    public StackOptions {
        simulator = List.copyOf(simulator);
        processor = Map.copyOf(processor);
        processorJvm = List.copyOf(processorJvm);
        tokenService = Map.copyOf(tokenService);
    }

    /** One processor with a heap of 512 MB, data thrown away, the simulator's own defaults. */
    public static StackOptions standard() {
        return new StackOptions(
                Optional.empty(),
                1,
                false,
                List.of(),
                Map.of(),
                PROCESSOR_JVM,
                1,
                Map.of(),
                "INFO",
                Optional.empty(),
                Optional.empty());
    }

    public StackOptions withData(Optional<Path> folder) {
        return changed(draft -> draft.data = folder);
    }

    public StackOptions withProcessors(int count) {
        return changed(draft -> draft.processors = count);
    }

    public StackOptions withSecurity(boolean wanted) {
        return changed(draft -> draft.secured = wanted);
    }

    public StackOptions withSimulator(String... options) {
        return changed(draft -> draft.simulator = List.of(options));
    }

    public StackOptions withProcessor(Map<String, String> settings) {
        return changed(draft -> draft.processor = settings);
    }

    /** Further options of the processor's JVM. */
    public StackOptions withProcessorJvm(String... more) {
        return changed(draft -> draft.processorJvm =
                Stream.concat(processorJvm.stream(), Stream.of(more)).toList());
    }

    public StackOptions withTokenServices(int count, Map<String, String> settings) {
        return changed(draft -> {
            draft.tokenServices = count;
            draft.tokenService = settings;
        });
    }

    public StackOptions withLogLevel(String level) {
        return changed(draft -> draft.logLevel = level);
    }

    /** The real cloud in place of the simulator. */
    public StackOptions withCloud(RealCloud real) {
        return changed(draft -> draft.cloud = Optional.of(real));
    }

    public StackOptions withPolicy(Optional<Path> file) {
        return changed(draft -> draft.policy = file);
    }

    private StackOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The options while one of them changes. */
    private static final class Draft {
        private Optional<Path> data;
        private int processors;
        private boolean secured;
        private List<String> simulator;
        private Map<String, String> processor;
        private List<String> processorJvm;
        private int tokenServices;
        private Map<String, String> tokenService;
        private String logLevel;
        private Optional<RealCloud> cloud;
        private Optional<Path> policy;

        Draft(StackOptions from) {
            data = from.data();
            processors = from.processors();
            secured = from.secured();
            simulator = from.simulator();
            processor = from.processor();
            processorJvm = from.processorJvm();
            tokenServices = from.tokenServices();
            tokenService = from.tokenService();
            logLevel = from.logLevel();
            cloud = from.cloud();
            policy = from.policy();
        }

        StackOptions options() {
            return new StackOptions(
                    data,
                    processors,
                    secured,
                    simulator,
                    processor,
                    processorJvm,
                    tokenServices,
                    tokenService,
                    logLevel,
                    cloud,
                    policy);
        }
    }
}
