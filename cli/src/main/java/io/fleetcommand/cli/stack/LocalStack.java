package io.fleetcommand.cli.stack;

import io.fleetcommand.cli.topics.AclsFile;
import io.fleetcommand.service.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A broker, a schema registry, the device cloud simulator (or the real cloud in its place), the token-service and one or more processors, each a process
 * of its own on this machine. Parts can be killed and started again; they keep their addresses and data. It ends with the
 * process that started it at the latest. Not safe for use by many threads, but that any may close it.
 */
public final class LocalStack implements AutoCloseable {
    private final StackContext site;
    private final LocalBroker broker;
    private final LocalRegistry registry;
    private final LocalCloud cloud;
    private final LocalTokenServices tokens;
    private final LocalProcessors processors;
    private final Thread atExit = new Thread(() -> end(false), "stack-down");
    private boolean ended;

    private LocalStack(StackContext site) {
        this.site = site;
        this.broker = new LocalBroker(site);
        this.registry = new LocalRegistry(site);
        this.cloud = new LocalCloud(site);
        this.tokens = new LocalTokenServices(site, broker, cloud);
        this.processors = new LocalProcessors(site, broker, registry, cloud, tokens);
    }

    /**
     * Starts everything and waits until all of it is ready.
     *
     * @throws StackFailure if a part does not come up; nothing is left running then
     */
    public static LocalStack start(Installation installation, StackOptions options) {
        StackFolder folder = StackFolder.of(options.data());
        folder.claimFor(options.cloud()
                .map(real -> "product " + real.product() + " of " + real.url())
                .orElse("the simulator"));
        BrokerSecurity security = options.secured()
                ? ScramOverTls.in(
                        folder.resolve("security"),
                        AclsFile.read(installation.acls()).names())
                : new BrokerSecurity.None();
        LocalStack stack = new LocalStack(new StackContext(
                installation,
                options,
                folder,
                new StackSecrets(),
                security,
                new ManagedProcesses(folder.logs(), installation.jvm()),
                new HttpProbe()));
        Runtime.getRuntime().addShutdownHook(stack.atExit);
        try {
            stack.startAll();
            return stack;
        } catch (RuntimeException failed) {
            if (!stack.forgetExit()) {
                throw new StackFailure("the stack was ended before it was up", failed);
            }
            stack.end(true);
            throw failed;
        }
    }

    private void startAll() {
        broker.start();
        registry.start();
        cloud.start();
        broker.await();
        broker.grantRights();
        registry.await();
        registry.publishSchemas();
        for (int number = 1; number <= site.options().tokenServices(); number++) {
            tokens.start(number);
        }
        for (int number = 1; number <= site.options().tokenServices(); number++) {
            tokens.await(number);
        }
        for (int number = 1; number <= site.options().processors(); number++) {
            processors.start(number);
        }
        for (int number = 1; number <= site.options().processors(); number++) {
            processors.await(number);
        }
    }

    public StackAddresses addresses() {
        return new StackAddresses(broker.address(), registry.url(), cloud.url(), cloud.control(), tokens.urls());
    }

    /** Who may command what, from the processors' next look at the file on. At first everybody may everything. */
    public void policy(String yaml) {
        processors.policy(yaml);
    }

    /** The file that says who may command what. */
    public Path policyFile() {
        return processors.policyFile();
    }

    /** The settings of the first processor; holds secrets, and only its owner may read it. */
    public Path settingsFile() {
        return site.folder().settingsFile(LocalProcessors.name(1));
    }

    /** Where the logs of all parts are. */
    public Path logs() {
        return site.folder().logs();
    }

    /** Settings of the Kafka client of a principal of {@code deploy/acls.yaml}; none if the stack is not secured. */
    public Map<String, String> clientSettings(String principal) {
        return site.security().client(principal);
    }

    /** The same as a file for {@code --config}, with the addresses; only its owner may read it. */
    public Path clientFile(String principal) {
        Map<String, String> settings = new HashMap<>(clientSettings(principal));
        settings.put("bootstrap.servers", broker.address());
        settings.put("schema.registry.url", registry.url());
        return PrivateFile.write(site.folder().resolve("clients").resolve(principal + ".properties"), settings);
    }

    /** The name of a processor by its number. */
    public static String processor(int number) {
        return LocalProcessors.name(number);
    }

    /** Where an instance answers {@code /alive} and {@code /ready}. */
    public String processorUrl(int number) {
        return processors.url(number);
    }

    public void startProcessor(int number) {
        processors.start(number);
    }

    /** Waits until an instance has its token and its partitions. */
    public void awaitProcessor(int number) {
        processors.await(number);
    }

    public boolean isProcessorAlive(int number) {
        return processors.child(number).isAlive();
    }

    /** SIGKILL. */
    public void killProcessor(int number) {
        processors.child(number).killHard();
    }

    /** Whether an instance has its token and its partitions by now. */
    public boolean isProcessorReady(int number) {
        return processors.isReady(number);
    }

    /** SIGTERM, without waiting for its end. */
    public void stopProcessor(int number) {
        processors.child(number).stop();
    }

    /** SIGTERM, and waits for its end. */
    public void terminateProcessor(int number) {
        processors.child(number).terminate();
    }

    /**
     * Starts any program that takes a settings file of the processor, and waits until it says that it is ready.
     *
     * @param more settings beside those that join it to the stack
     */
    public void startProgram(String name, String main, Map<String, String> more) {
        processors.startProgram(name, main, more);
    }

    /** SIGKILL. */
    public void killProgram(String name) {
        site.children().child(name).killHard();
    }

    /** What a program, or a processor by its number, has cost since its start. */
    public ResourceUsage effort(String name) {
        return site.children().child(name).effort();
    }

    public void startBroker() {
        broker.start();
    }

    /** Waits until the broker answers. */
    public void awaitBroker() {
        broker.await();
    }

    /** SIGTERM, then a new start on the same port and data. */
    public void restartBroker() {
        broker.restart();
    }

    public void startRegistry() {
        registry.start();
    }

    public void awaitRegistry() {
        registry.await();
    }

    /** SIGKILL; the schemas are kept. */
    public void killRegistry() {
        registry.kill();
    }

    /** Starts a replica of the token-service at its own address. */
    public void startTokenService(int number) {
        tokens.start(number);
    }

    /**
     * Starts one more token-service, which keeps its state in a file, until it has done all it can for now; then SIGKILL.
     *
     * @param settings that it has other than the rest
     */
    public void tryTokenService(Map<String, String> settings) {
        tokens.tryOut(settings);
    }

    /** Waits until a replica has the token. */
    public void awaitTokenService(int number) {
        tokens.await(number);
    }

    /** SIGKILL. */
    public void killTokenService(int number) {
        tokens.kill(number);
    }

    public String tokenServiceUrl(int number) {
        return tokens.url(number);
    }

    /** Where the operator's secret of the token-service is, readable by its owner alone. */
    public Path operatorSecretFile() {
        return tokens.operatorSecretFile();
    }

    /** The file that the token is read from with {@code token.source=static}. */
    public Path tokenFile() {
        return tokens.tokenFile();
    }

    /** By which an operator is known to the token-service. */
    public Secret operatorSecret() {
        return Secret.of(site.secrets().operator());
    }

    /** By which processors are known to the token-service. */
    public Secret readerSecret() {
        return Secret.of(site.secrets().caller());
    }

    /** All secrets of this stack that are not tokens made by its cloud: none may be seen anywhere. */
    public List<Secret> secrets() {
        List<Secret> all = new ArrayList<>(site.secrets().all());
        all.add(Secret.of(site.folder().stateKey()));
        return List.copyOf(all);
    }

    /** The processes of all parts that run, by name. */
    public Map<String, Long> processes() {
        return site.children().processes();
    }

    /** Ends all parts; data is deleted unless a folder was named for it. */
    @Override
    public void close() {
        forgetExit();
        end(false);
    }

    /** @param keepLogs whether somebody is to read why it failed */
    private synchronized void end(boolean keepLogs) {
        if (!ended) {
            ended = true;
            site.children().end(site.folder().isKept());
            site.folder().close(keepLogs);
        }
    }

    /** Whether the process was not ending yet. */
    private boolean forgetExit() {
        try {
            return Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            return false;
        }
    }
}
