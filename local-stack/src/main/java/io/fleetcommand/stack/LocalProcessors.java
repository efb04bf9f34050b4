package io.fleetcommand.stack;

import io.fleetcommand.operations.stack.RealCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The stack's instances of the processor, numbered from 1, and the policy that they share. */
public final class LocalProcessors {
    private static final Pattern READY = Pattern.compile("processor ready ops=(\\S+)");
    private static final Pattern PROGRAM_READY = Pattern.compile("\\bready\\b");
    private static final String ALLOW_ALL = """
            rules:
              - name: everything
                topics: [".*"]
                products: [".*"]
                functions: [".*"]
                variables: [".*"]
                priorities: [URGENT, NORMAL, BULK]
            replies:
              - topics: [".*"]
                reply_topics: ['replies\\..*']
            """;

    private final StackContext site;
    private final LocalBroker broker;
    private final LocalRegistry registry;
    private final LocalCloud cloud;
    private final LocalTokenServices tokens;
    private final Path policy;
    private final Map<Integer, String> urls = new HashMap<>();

    LocalProcessors(
            StackContext site,
            LocalBroker broker,
            LocalRegistry registry,
            LocalCloud cloud,
            LocalTokenServices tokens) {
        this.site = site;
        this.broker = broker;
        this.registry = registry;
        this.cloud = cloud;
        this.tokens = tokens;
        this.policy = site.options().policy().orElseGet(() -> site.folder().resolve("policy.yaml"));
        if (site.options().policy().isEmpty() && !Files.exists(policy)) {
            setPolicy(site.options().cloud().map(LocalProcessors::denyAll).orElse(ALLOW_ALL));
        }
    }

    /** Real devices are not moved by what was not thought about. */
    private static String denyAll(RealCloud cloud) {
        return """
                # Who may command what. No rule is here, so nothing is allowed: each request is answered REJECTED, reason POLICY.
                # Changes hold within seconds. A rule that allows one function and one variable of the product looks like this:
                #
                # rules:
                #   - name: try one device
                #     topics: ['fleet\\..*']
                #     products: ['%s']
                #     functions: [setLed]
                #     variables: [temperature]
                #     priorities: [NORMAL, BULK]
                rules: []
                """.formatted(cloud.product());
    }

    /** The file that says who may command what. */
    public Path policyFile() {
        return policy;
    }

    /** Sets who may command what, from the processors' next look at the file on. At first everybody may everything. */
    public void setPolicy(String yaml) {
        try {
            Files.writeString(policy, yaml);
        } catch (IOException failed) {
            throw new StackFailure(policy + " cannot be written", failed);
        }
    }

    /** The settings of an instance; holds secrets, and only its owner may read it. */
    public Path settingsFile(int number) {
        return site.folder().settingsFile(name(number));
    }

    public void start(int number) {
        start(name(number), "io.fleetcommand.processor.Main", site.options().processor());
    }

    /**
     * Starts any program that takes a settings file of the processor, and waits until it says that it is ready.
     *
     * @param more settings beside those that join it to the stack
     */
    public void startProgram(String name, String main, Map<String, String> more) {
        start(name, main, more).awaitLine(PROGRAM_READY, StackContext.TIMEOUT);
    }

    private ManagedProcess start(String name, String main, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.address(),
                "schema.registry.url",
                registry.url(),
                "cloud.url",
                cloud.url(),
                "product",
                cloud.product(),
                "token.service.url",
                tokens.urls(),
                "token.service.secret",
                site.secrets().caller(),
                "topics.create",
                Boolean.toString(!site.options().secured()),
                "topics.replication.factor",
                "1",
                "instance.id",
                name,
                "ops.port",
                "0"));
        settings.put("policy.file", policy.toString());
        settings.put("state.dir", site.folder().resolve("state").resolve(name).toString());
        site.security().client("processor").forEach((key, value) -> settings.put("kafka." + key, value));
        settings.putAll(more);
        return site.children()
                .start(
                        name,
                        site.installation().classPath(),
                        site.options().processorJvm(),
                        List.of(main, site.folder().settings(name, settings).toString()),
                        Map.of("LOG_LEVEL", site.options().logLevel()));
    }

    /** Waits until an instance has its token and its partitions. */
    public void await(int number) {
        String url = child(number).awaitLine(READY, StackContext.TIMEOUT).group(1);
        urls.put(number, url);
        child(number).await(() -> site.probe().answers(url + "/ready"), StackContext.TIMEOUT);
    }

    /** Whether an instance has its token and its partitions by now. */
    public boolean isReady(int number) {
        return child(number)
                .findLine(READY)
                .filter(line -> site.probe().answers(line.group(1) + "/ready"))
                .isPresent();
    }

    /** Where an instance that was waited for answers {@code /alive}, {@code /ready} and {@code /status}. */
    public String url(int number) {
        return urls.get(number);
    }

    public boolean isAlive(int number) {
        return child(number).isAlive();
    }

    /** SIGKILL. */
    public void kill(int number) {
        child(number).kill();
    }

    /** SIGTERM, without waiting for its end. */
    public void stop(int number) {
        child(number).stop();
    }

    /** SIGTERM, and waits for its end. */
    public void terminate(int number) {
        child(number).terminate();
    }

    private ManagedProcess child(int number) {
        return site.children().child(name(number));
    }

    /** The name of an instance by its number. */
    public static String name(int number) {
        return "processor-" + number;
    }
}
