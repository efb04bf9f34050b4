package io.fleetcommand.cli;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.RunningStack;
import io.fleetcommand.operations.stack.RunningStacks;
import io.fleetcommand.operations.status.Instances;
import io.fleetcommand.operations.status.ToldTopics;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.service.PropertiesFile;
import io.fleetcommand.service.SettingNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The options that say which cluster is meant: a file, flags that go before it, or else the stack of {@code up}. */
public final class ClusterOptions {
    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    private static final String REGISTRY = "schema.registry.url";
    private static final String INSTANCES = "fleet.instances";
    private static final String COMMANDS = "request.topics.commands";
    private static final String POLLS = "request.topics.polls";
    public static final String CONFIG_VARIABLE = "FLEET_CONFIG";
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** What a file is read for; whatever else it has is for Kafka's clients, or a processor's. */
    private static final SettingNames NAMES =
            new SettingNames(Set.of(BOOTSTRAP_SERVERS, REGISTRY, INSTANCES, COMMANDS, POLLS), Set.of());

    @Option(
            names = {"--config", "--client-config"},
            paramLabel = "FILE",
            description =
                    "properties file with Kafka client settings: bootstrap.servers, schema.registry.url, security;"
                            + " fleet.instances, or request.topics.commands and request.topics.polls, where those are set;"
                            + " or FLEET_CONFIG")
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--stack",
            paramLabel = "NAME",
            description = "the stack of ./fleet up that is meant, where several are up; or FLEET_STACK")
    private Optional<String> stack = Optional.empty();

    @Option(names = "--bootstrap-servers", description = "Kafka brokers; without it, those of ./fleet up")
    private Optional<String> bootstrapServers;

    @Option(names = "--schema-registry", description = "schema registry URL; without it, that of ./fleet up")
    private Optional<String> registry;

    @Option(names = "--topic-prefix", defaultValue = "fleet.", description = "of all topics (${DEFAULT-VALUE})")
    private String prefix;

    /** @throws IllegalStateException if it is not known where Kafka and its registry are, or the file is unreadable */
    Kafka kafka() {
        Map<String, String> settings = settings();
        return new Kafka(bootstrapServers(settings), registry(settings), settings);
    }

    /**
     * Settings of a registry client, which needs no brokers.
     *
     * @throws IllegalStateException if it is not known where the registry is, or the file is unreadable
     */
    Map<String, Object> schemaRegistry() {
        Map<String, String> settings = settings();
        Map<String, Object> registry = new HashMap<>(settings);
        registry.put(REGISTRY, registry(settings));
        return registry;
    }

    /**
     * Settings of an admin client, which needs no registry.
     *
     * @throws IllegalStateException if it is not known where Kafka is, or the file is unreadable
     */
    Map<String, Object> admin() {
        Map<String, String> settings = settings();
        Map<String, Object> admin = new HashMap<>(settings);
        admin.remove(REGISTRY);
        admin.put(BOOTSTRAP_SERVERS, bootstrapServers(settings));
        return admin;
    }

    /**
     * The ops addresses of the processor's instances.
     *
     * @throws IllegalStateException if they are not known, or the file is unreadable
     */
    List<String> instances() {
        Map<String, String> settings = settings();
        return named(settings, INSTANCES)
                .map(ClusterOptions::list)
                .or(() -> stack(settings).map(RunningStack::instances))
                .orElseThrow(() -> missing(INSTANCES, "--instance"));
    }

    /**
     * The settings of the installation that is meant: those of its file, or of a processor of the stack of {@code up}.
     * Empty if only flags say where it is.
     *
     * @throws IllegalStateException if it is not known which is meant, or the file is unreadable
     */
    Optional<Path> settingsFile() {
        return configFile()
                .or(() -> bootstrapServers.isPresent()
                        ? Optional.empty()
                        : Optional.of(stack(Map.of())
                                .map(RunningStack::settingsFile)
                                .orElseThrow(
                                        () -> missing(BOOTSTRAP_SERVERS, "--config, --bootstrap-servers or --cloud"))));
    }

    /** Where the policy of the stack of {@code up} is; empty if another cluster is meant. */
    Optional<Path> policyFile() {
        return stack(settings())
                .map(RunningStack::settingsFile)
                .filter(Files::isReadable)
                .flatMap(file -> InstalledSettings.read(file).policy());
    }

    /** The brokers as a flag says. */
    Optional<String> bootstrapServersFlag() {
        return bootstrapServers;
    }

    /** The registry as a flag says. */
    Optional<String> registryFlag() {
        return registry;
    }

    Topics topics() {
        return new Topics(prefix);
    }

    /**
     * The topics that the processor reads requests from: as the file says, else as its running instances say, else the
     * two that the prefix names.
     *
     * @param err told if the instances that are known do not answer
     * @throws IllegalStateException if the file is unreadable
     */
    RequestTopics requests(PrintWriter err) {
        Map<String, String> settings = settings();
        RequestTopics standard = RequestTopics.of(topics());
        if (settings.containsKey(COMMANDS) || settings.containsKey(POLLS)) {
            return new RequestTopics(
                    names(settings, COMMANDS, standard.commands()), names(settings, POLLS, standard.polls()));
        }
        List<String> instances = instancesOfThisCluster(settings);
        if (instances.isEmpty()) {
            return standard;
        }
        return ToldTopics.of(new Instances(TIMEOUT).ask(instances)).orElseGet(() -> {
            err.println("no processor says which topics it reads; taken for these: " + standard.commands() + " and "
                    + standard.polls() + ". Others are named by request.topics.commands and request.topics.polls"
                    + " in the file of --config");
            err.flush();
            return standard;
        });
    }

    /** The local stack's own instances know nothing of another cluster, or of another prefix. */
    private List<String> instancesOfThisCluster(Map<String, String> settings) {
        if (settings.containsKey(INSTANCES)) {
            return list(settings.get(INSTANCES));
        }
        return prefix.equals(Topics.DEFAULT_PREFIX)
                ? stack(settings).map(RunningStack::instances).orElse(List.of())
                : List.of();
    }

    private static List<String> names(Map<String, String> settings, String key, List<String> standard) {
        List<String> named = list(settings.getOrDefault(key, ""));
        return named.isEmpty() ? standard : named;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private String registry(Map<String, String> settings) {
        return registry.or(() -> named(settings, REGISTRY))
                .or(() -> stack(settings).map(up -> up.addresses().registry()))
                .orElseThrow(() -> missing(REGISTRY, "--schema-registry"));
    }

    private String bootstrapServers(Map<String, String> settings) {
        return bootstrapServers
                .or(() -> named(settings, BOOTSTRAP_SERVERS))
                .or(() -> stack(settings).map(up -> up.addresses().bootstrapServers()))
                .orElseThrow(() -> missing(BOOTSTRAP_SERVERS, "--bootstrap-servers"));
    }

    /**
     * The stack of {@code up} that is meant: one with the brokers that are named, if any are. A file that names none means
     * another cluster, which it does not describe well: the only stack that is up is not taken for it.
     */
    private Optional<RunningStack> stack(Map<String, String> settings) {
        RunningStacks stacks = RunningStacks.ofCheckout();
        Optional<String> brokers = bootstrapServers.or(() -> named(settings, BOOTSTRAP_SERVERS));
        if (brokers.isEmpty()) {
            return configFile().isPresent() && stack.isEmpty()
                    ? Optional.empty()
                    : stacks.choose(StackName.given(stack));
        }
        return stacks.up().stream()
                .filter(up -> up.addresses().bootstrapServers().equals(brokers.get()))
                .findFirst();
    }

    /** A stack that is named on the command line goes before a file that is named in the environment. */
    private Optional<Path> configFile() {
        return config.or(() -> stack.isPresent()
                ? Optional.empty()
                : Optional.ofNullable(System.getenv(CONFIG_VARIABLE))
                        .filter(file -> !file.isBlank())
                        .map(Path::of));
    }

    private Map<String, String> settings() {
        return configFile().map(this::read).orElse(Map.of());
    }

    private Map<String, String> read(Path file) {
        Map<String, String> settings;
        try {
            settings = PropertiesFile.read(file);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "the file " + file + " cannot be read: " + unreadable.getMessage()
                            + (config.isPresent() ? "" : "; " + CONFIG_VARIABLE + " in the environment names it"),
                    unreadable);
        }
        for (String name : new TreeSet<>(settings.keySet())) {
            NAMES.meantBy(name).filter(meant -> !meant.equals(name)).ifPresent(meant -> {
                throw new IllegalStateException(
                        "the file " + file + " has the setting " + name + "; did you mean " + meant + "?");
            });
        }
        return settings;
    }

    private static Optional<String> named(Map<String, String> settings, String name) {
        return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
    }

    private IllegalStateException missing(String setting, String option) {
        return new IllegalStateException(configFile()
                .map(file -> "the file " + file + " has no " + setting + ": add it, or give " + option)
                .orElse("no stack is up: start one with ./fleet up, or give " + option));
    }
}
