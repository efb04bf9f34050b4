package io.fleetcommand.cli.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        return new StackOptions(
                folder,
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

    public StackOptions withProcessors(int count) {
        return new StackOptions(
                data,
                count,
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

    public StackOptions withSecurity(boolean wanted) {
        return new StackOptions(
                data,
                processors,
                wanted,
                simulator,
                processor,
                processorJvm,
                tokenServices,
                tokenService,
                logLevel,
                cloud,
                policy);
    }

    public StackOptions withSimulator(String... options) {
        return new StackOptions(
                data,
                processors,
                secured,
                List.of(options),
                processor,
                processorJvm,
                tokenServices,
                tokenService,
                logLevel,
                cloud,
                policy);
    }

    public StackOptions withProcessor(Map<String, String> settings) {
        return new StackOptions(
                data,
                processors,
                secured,
                simulator,
                settings,
                processorJvm,
                tokenServices,
                tokenService,
                logLevel,
                cloud,
                policy);
    }

    /** Further options of the processor's JVM. */
    public StackOptions withProcessorJvm(String... more) {
        return new StackOptions(
                data,
                processors,
                secured,
                simulator,
                processor,
                Stream.concat(processorJvm.stream(), Stream.of(more)).toList(),
                tokenServices,
                tokenService,
                logLevel,
                cloud,
                policy);
    }

    public StackOptions withTokenServices(int count, Map<String, String> settings) {
        return new StackOptions(
                data,
                processors,
                secured,
                simulator,
                processor,
                processorJvm,
                count,
                settings,
                logLevel,
                cloud,
                policy);
    }

    public StackOptions withLogLevel(String level) {
        return new StackOptions(
                data,
                processors,
                secured,
                simulator,
                processor,
                processorJvm,
                tokenServices,
                tokenService,
                level,
                cloud,
                policy);
    }

    /** The real cloud in place of the simulator. */
    public StackOptions withCloud(RealCloud real) {
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
                Optional.of(real),
                policy);
    }

    public StackOptions withPolicy(Optional<Path> file) {
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
                file);
    }
}
