package io.fleetcommand.stack;

import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.operations.topics.AclsFile;
import io.fleetcommand.service.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A broker, a schema registry, the device cloud simulator (or the real cloud in its place), the token-service and one or
 * more processors, each a process of its own on this machine. Parts can be killed and started again; they keep their
 * addresses and data. It ends with the process that started it at the latest. Not safe for use by many threads, but that
 * any may close it.
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

    /** The broker and the rights that it grants. */
    public LocalBroker broker() {
        return broker;
    }

    public LocalRegistry registry() {
        return registry;
    }

    public LocalTokenServices tokenServices() {
        return tokens;
    }

    public LocalProcessors processors() {
        return processors;
    }

    /** A part or program that was started, by its name. */
    public ManagedProcess process(String name) {
        return site.children().child(name);
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
