package io.fleetcommand.cli.stack;

import io.fleetcommand.cli.topics.AclsFile;
import io.fleetcommand.cli.topics.Names;
import io.fleetcommand.cli.topics.Rollout;
import io.fleetcommand.cli.topics.TopicsFile;
import io.fleetcommand.model.Topics;
import io.fleetcommand.registry.SchemaPublication;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A broker, a schema registry, the device cloud simulator, the token-service and one or more processors, each a process
 * of its own on this machine. Parts can be killed and started again; they keep their addresses and data. Not safe for
 * use by many threads.
 */
public final class LocalStack implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SIMULATOR_READY = Pattern.compile("simulator ready http=(\\S+) control=(\\S+)");
    private static final Pattern TOKENS_READY = Pattern.compile("token-service ready http=(\\S+)");
    private static final Pattern PROGRAM_READY = Pattern.compile("\\bready\\b");
    private static final Pattern TOKENS_AT_REST = Pattern.compile("the rotation rests|minting is stopped until");
    private static final Pattern PROCESSOR_READY = Pattern.compile("processor ready ops=(\\S+)");
    private static final String ALLOW_ALL = """
            rules:
              - name: everything
                topics: [".*"]
                products: [".*"]
                functions: [".*"]
                variables: [".*"]
                priorities: [URGENT, NORMAL, BULK]
            """;
    private static final String CLIENT_ID = "fleet-command-1001";
    private static final String PRODUCT = "12345";
    private static final String APPLICATION = "fleet-processor";
    private static final String TOKEN_FILE = "account.token";
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Installation installation;
    private final StackOptions options;
    private final Path folder;
    private final BrokerSecurity security;
    private final Path policy;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String clientSecret = UUID.randomUUID().toString();
    private final String callerSecret = UUID.randomUUID().toString();
    private final String operatorSecret = UUID.randomUUID().toString();
    private final String ownerToken = UUID.randomUUID().toString().replace("-", "");
    private final List<Integer> tokenPorts = new ArrayList<>();
    private final int brokerPort = freePort();
    private final int controllerPort = freePort();
    private final int registryPort = freePort();
    private final Map<String, String> processorUrls = new HashMap<>();
    private final Map<String, Child> children = new HashMap<>();
    private String cloudUrl = "";
    private String controlUrl = "";

    private LocalStack(Installation installation, StackOptions options, Path folder) {
        this.installation = installation;
        this.options = options;
        this.folder = folder;
        this.security = options.secured()
                ? ScramOverTls.in(
                        folder.resolve("security"),
                        AclsFile.read(installation.acls()).names())
                : new BrokerSecurity.None();
        this.policy = folder.resolve("policy.yaml");
        if (!Files.exists(policy)) {
            policy(ALLOW_ALL);
        }
        for (int number = 1; number <= options.tokenServices(); number++) {
            tokenPorts.add(freePort());
        }
    }

    /**
     * Starts everything and waits until all of it is ready.
     *
     * @throws StackFailure if a part does not come up; nothing is left running then
     */
    public static LocalStack start(Installation installation, StackOptions options) {
        LocalStack stack = new LocalStack(installation, options, folder(options));
        try {
            stack.startBroker();
            stack.startRegistry();
            stack.startSimulator();
            stack.awaitBroker();
            stack.grantRights();
            stack.awaitRegistry();
            stack.publishSchemas();
            for (int number = 1; number <= options.tokenServices(); number++) {
                stack.startTokenService(number);
            }
            for (int number = 1; number <= options.tokenServices(); number++) {
                stack.awaitTokenService(number);
            }
            for (int number = 1; number <= options.processors(); number++) {
                stack.startProcessor(number);
            }
            for (int number = 1; number <= options.processors(); number++) {
                stack.awaitProcessor(number);
            }
            return stack;
        } catch (RuntimeException failed) {
            stack.close();
            throw failed;
        }
    }

    public Addresses addresses() {
        return new Addresses(bootstrapServers(), registryUrl(), cloudUrl, controlUrl, tokenUrls());
    }

    /** Who may command what, from the processors' next look at the file on. At first everybody may everything. */
    public void policy(String yaml) {
        try {
            Files.writeString(policy, yaml);
        } catch (IOException failed) {
            throw new StackFailure(policy + " cannot be written", failed);
        }
    }

    /** Where the logs of all parts are. */
    public Path logs() {
        return folder.resolve("logs");
    }

    /** Settings of the Kafka client of a principal of {@code deploy/acls.yaml}; none if the stack is not secured. */
    public Map<String, String> clientSettings(String principal) {
        return security.client(principal);
    }

    /** The same as a file for {@code --config}, with the addresses; only its owner may read it. */
    public Path clientFile(String principal) {
        Map<String, String> settings = new HashMap<>(security.client(principal));
        settings.put("bootstrap.servers", bootstrapServers());
        settings.put("schema.registry.url", registryUrl());
        return PrivateFile.write(folder.resolve("clients").resolve(principal + ".properties"), settings);
    }

    /** Where an instance answers {@code /alive} and {@code /ready}. */
    public String processorUrl(int number) {
        return processorUrls.get(processor(number));
    }

    public void startProcessor(int number) {
        start(processor(number), "io.fleetcommand.processor.Main", options.processor());
    }

    /**
     * Starts any program that takes a settings file of the processor, and waits until it says that it is ready.
     *
     * @param more settings beside those that join it to the stack
     */
    public void startProgram(String name, String main, Map<String, String> more) {
        start(name, main, more).awaitLine(PROGRAM_READY, START_PATIENCE);
    }

    /** SIGKILL. */
    public void killProgram(String name) {
        children.get(name).killHard();
    }

    /** What a program, or a processor by its number, has cost since its start. */
    public Effort effort(String name) {
        return children.get(name).effort();
    }

    private Child start(String name, String main, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "schema.registry.url",
                registryUrl(),
                "cloud.url",
                cloudUrl,
                "product",
                PRODUCT,
                "token.service.url",
                tokenUrls(),
                "token.service.secret",
                callerSecret,
                "topics.create",
                Boolean.toString(!options.secured()),
                "topics.replication.factor",
                "1",
                "instance.id",
                name,
                "ops.port",
                "0"));
        settings.put("policy.file", policy.toString());
        settings.put("state.dir", folder.resolve("state").resolve(name).toString());
        security.client("processor").forEach((key, value) -> settings.put("kafka." + key, value));
        settings.putAll(more);
        return start(
                name,
                installation.classPath(),
                options.processorJvm(),
                List.of(main, file(name, settings).toString()),
                Map.of("LOG_LEVEL", options.logLevel()));
    }

    /** Waits until an instance has its token and its partitions. */
    public void awaitProcessor(int number) {
        String name = processor(number);
        Child child = children.get(name);
        String url = child.awaitLine(PROCESSOR_READY, START_PATIENCE).group(1);
        processorUrls.put(name, url);
        child.await(() -> answers(url + "/ready"), START_PATIENCE);
    }

    public boolean isProcessorAlive(int number) {
        return children.get(processor(number)).isAlive();
    }

    /** SIGKILL. */
    public void killProcessor(int number) {
        children.get(processor(number)).killHard();
    }

    /** Whether an instance has its token and its partitions by now. */
    public boolean isProcessorReady(int number) {
        return children.get(processor(number))
                .findLine(PROCESSOR_READY)
                .filter(line -> answers(line.group(1) + "/ready"))
                .isPresent();
    }

    /** SIGTERM, without waiting for its end. */
    public void stopProcessor(int number) {
        children.get(processor(number)).stop();
    }

    /** SIGTERM, and waits for its end. */
    public void terminateProcessor(int number) {
        children.get(processor(number)).terminate();
    }

    public void startBroker() {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.putAll(security.broker(brokerPort, controllerPort));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", folder.resolve("broker").toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        // What a killed processor was about to commit holds its successor up until the broker ends it.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(topic + ".replication.factor", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        start(
                "broker",
                installation.classPath(),
                List.of("-Xmx384m"),
                Stream.concat(
                                Stream.of(
                                        BrokerMain.class.getName(),
                                        file("broker", settings).toString()),
                                security.users().stream().map(Path::toString))
                        .toList(),
                Map.of("LOG_LEVEL", "WARN"));
    }

    /** Waits until the broker answers. */
    public void awaitBroker() {
        children.get("broker").await(this::brokerAnswers, START_PATIENCE);
    }

    /** SIGTERM, then a new start on the same port and data. */
    public void restartBroker() {
        children.get("broker").terminate();
        startBroker();
        awaitBroker();
    }

    public void startRegistry() {
        start(
                "registry",
                installation.registryClassPath(),
                List.of("-Xmx256m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
                List.of("io.quarkus.runner.GeneratedMain"),
                Map.of(
                        "HTTP_PORT",
                        Integer.toString(registryPort),
                        "QUARKUS_HTTP_HOST",
                        "127.0.0.1",
                        "REGISTRY_DATASOURCE_URL",
                        "jdbc:h2:file:" + folder.resolve("registry").resolve("schemas")));
    }

    public void awaitRegistry() {
        children.get("registry").await(() -> answers(registryUrl() + "/subjects"), START_PATIENCE);
    }

    private void publishSchemas() {
        SchemaPublication schemas = new SchemaPublication(Map.of("schema.registry.url", registryUrl()));
        schemas.apply(schemas.missing(new Topics(Topics.DEFAULT_PREFIX).schemas()));
    }

    /** SIGKILL; the schemas are kept. */
    public void killRegistry() {
        children.get("registry").killHard();
    }

    private void startSimulator() {
        List<String> command = new ArrayList<>(List.of("io.fleetcommand.simulator.Main"));
        command.addAll(options.simulator());
        command.addAll(List.of("--product", PRODUCT, "--client-id", CLIENT_ID));
        Child child = start(
                "simulator",
                installation.classPath(),
                List.of("-Xmx512m"),
                command,
                Map.of(
                        "SIMULATOR_CLIENT_SECRET",
                        clientSecret,
                        "SIMULATOR_OWNER_TOKEN",
                        ownerToken,
                        "LOG_LEVEL",
                        options.logLevel()));
        Matcher ready = child.awaitLine(SIMULATOR_READY, START_PATIENCE);
        cloudUrl = ready.group(1);
        controlUrl = ready.group(2);
    }

    /** Starts a replica of the token-service at its own address. */
    public void startTokenService(int number) {
        startTokenService(
                tokenService(number),
                Map.of("listen.port", tokenPorts.get(number - 1).toString()));
    }

    /**
     * Starts one more token-service, which keeps its state in a file, until it has done all it can for now; then SIGKILL.
     *
     * @param settings that it has other than the rest
     */
    public void tryTokenService(Map<String, String> settings) {
        Map<String, String> alone = new HashMap<>(settings);
        alone.put("listen.port", "0");
        alone.put("bootstrap.servers", "");
        alone.put("state.file", folder.resolve("tried.state").toString());
        Child child = startTokenService("token-service-tried", alone);
        child.awaitLine(TOKENS_AT_REST, START_PATIENCE);
        child.killHard();
    }

    private Child startTokenService(String name, Map<String, String> own) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "cloud.url",
                cloudUrl,
                "client.id",
                CLIENT_ID,
                "client.secret",
                clientSecret,
                "product",
                PRODUCT,
                "admin.token",
                ownerToken,
                "bootstrap.servers",
                bootstrapServers(),
                "topics.create",
                Boolean.toString(!options.secured()),
                "topics.replication.factor",
                "1"));
        security.client("token-service").forEach((key, value) -> settings.put("kafka." + key, value));
        settings.put("state.keys", "local:" + stateKey());
        settings.put("static.token.file", tokenFile().toString());
        settings.put("caller.processor.secret", callerSecret);
        settings.put("caller.operator.secret", operatorSecret);
        settings.put("caller.operator.role", "operator");
        settings.putAll(options.tokenService());
        settings.putAll(own);
        secretFile("operator.secret", operatorSecret);
        secretFile(TOKEN_FILE, ownerToken);
        return start(
                name,
                installation.classPath(),
                List.of("-Xmx128m"),
                List.of("io.fleetcommand.token.Main", file(name, settings).toString()),
                Map.of("LOG_LEVEL", options.logLevel()));
    }

    /** Waits until a replica has the token. */
    public void awaitTokenService(int number) {
        Child child = children.get(tokenService(number));
        child.awaitLine(TOKENS_READY, START_PATIENCE);
        child.await(() -> answers(tokenServiceUrl(number) + "/ready"), START_PATIENCE);
    }

    /** SIGKILL. */
    public void killTokenService(int number) {
        children.get(tokenService(number)).killHard();
    }

    public String tokenServiceUrl(int number) {
        return "http://127.0.0.1:" + tokenPorts.get(number - 1);
    }

    /** Where the operator's secret of the token-service is, readable by its owner alone. */
    public Path operatorSecretFile() {
        return folder.resolve("operator.secret");
    }

    /** The file that the token is read from with {@code token.source=static}. */
    public Path tokenFile() {
        return folder.resolve(TOKEN_FILE);
    }

    /** By which an operator is known to the token-service. */
    public Secret operatorSecret() {
        return Secret.of(operatorSecret);
    }

    /** By which processors are known to the token-service. */
    public Secret readerSecret() {
        return Secret.of(callerSecret);
    }

    /** All secrets of this stack that are not tokens made by its cloud: none may be seen anywhere. */
    public List<Secret> secrets() {
        String basic = CLIENT_ID + ":" + clientSecret;
        return Stream.of(
                        clientSecret,
                        callerSecret,
                        operatorSecret,
                        ownerToken,
                        stateKey(),
                        Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .map(Secret::of)
                .toList();
    }

    /** The processes of all parts that run, by name. */
    public Map<String, Long> processes() {
        Map<String, Long> processes = new TreeMap<>();
        children.forEach((name, child) -> {
            if (child.isAlive()) {
                processes.put(name, child.pid());
            }
        });
        return processes;
    }

    private String tokenUrls() {
        return tokenPorts.stream().map(port -> "http://127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    private static String tokenService(int number) {
        return "token-service-" + number;
    }

    /** Kept with the data that it opens. */
    private String stateKey() {
        Path file = folder.resolve("state.key");
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[KEY_BYTES];
                new SecureRandom().nextBytes(key);
                secretFile("state.key", Base64.getEncoder().encodeToString(key));
            }
            return Files.readString(file);
        } catch (IOException failed) {
            throw new StackFailure(file + " cannot be read", failed);
        }
    }

    private Child start(
            String name, String classPath, List<String> jvm, List<String> main, Map<String, String> environment) {
        Child child = Child.start(name, logs().resolve(name + ".log"), classPath, jvm, main, environment);
        children.put(name, child);
        return child;
    }

    /** In a secured stack nobody may make topics but the super user, and nobody else may do anything before this. */
    private void grantRights() {
        if (!options.secured()) {
            return;
        }
        Names names = new Names(Topics.DEFAULT_PREFIX, APPLICATION);
        TopicsFile topics = TopicsFile.read(installation.topics());
        Rollout rollout = new Rollout(
                topics.withCounts(topics.partitions(), (short) 1).topics(names),
                AclsFile.read(installation.acls()).bindings(names),
                line -> {});
        try (Admin admin = Admin.create(superUser())) {
            rollout.run(admin, false);
        }
    }

    private Map<String, Object> superUser() {
        Map<String, Object> config = new HashMap<>(security.client(ScramOverTls.SUPER_USER));
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        return config;
    }

    private boolean brokerAnswers() {
        Map<String, Object> config = superUser();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2_000);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
        try (Admin admin = Admin.create(config)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean answers(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String bootstrapServers() {
        return "127.0.0.1:" + brokerPort;
    }

    private String registryUrl() {
        return "http://127.0.0.1:" + registryPort + "/apis/ccompat/v7";
    }

    /** The name of a processor by its number. */
    public static String processor(int number) {
        return "processor-" + number;
    }

    private Path file(String name, Map<String, String> settings) {
        return PrivateFile.write(folder.resolve(name + ".properties"), settings);
    }

    private void secretFile(String name, String secret) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.writeString(file, secret);
        } catch (IOException failed) {
            throw new StackFailure(file + " cannot be written", failed);
        }
    }

    private static Path folder(StackOptions options) {
        try {
            return options.data().isPresent()
                    ? Files.createDirectories(options.data().get().toAbsolutePath())
                    : Files.createTempDirectory("fleet-");
        } catch (IOException failed) {
            throw new StackFailure("there is no folder for the stack's data", failed);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new StackFailure("no free port", none);
        }
    }

    /** Ends all parts; data is deleted unless a folder was named for it. */
    @Override
    public void close() {
        children.entrySet().stream()
                .filter(child -> child.getValue().isAlive())
                .sorted(Comparator.comparing(
                        (Map.Entry<String, Child> child) -> !child.getKey().startsWith("processor")))
                .forEach(child -> end(child.getKey(), child.getValue()));
        if (options.data().isEmpty()) {
            deleteFolder();
        }
    }

    /** With kept data the broker and processors end in order; what is thrown away may end at once. */
    private void end(String name, Child child) {
        if (options.data().isPresent()) {
            child.terminate();
        } else {
            child.killHard();
        }
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failed) {
            throw new UncheckedIOException("the folder " + folder + " cannot be deleted", failed);
        }
    }
}
