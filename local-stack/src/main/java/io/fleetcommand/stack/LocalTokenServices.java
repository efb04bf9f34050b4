package io.fleetcommand.stack;

import io.fleetcommand.service.Secret;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The stack's replicas of the token-service, each at an address of its own; numbered from 1. */
public final class LocalTokenServices {
    private static final Pattern READY = Pattern.compile("token-service ready http=(\\S+)");
    private static final Pattern AT_REST = Pattern.compile("rotation idle|rotation stopped until");
    private static final String TOKEN_FILE = "account.token";
    private static final String OPERATOR_FILE = "operator.secret";

    private final StackContext site;
    private final LocalBroker broker;
    private final LocalCloud cloud;
    private final List<Integer> ports;

    LocalTokenServices(StackContext site, LocalBroker broker, LocalCloud cloud) {
        this.site = site;
        this.broker = broker;
        this.cloud = cloud;
        this.ports = Stream.generate(StackContext::freePort)
                .limit(site.options().tokenServices())
                .toList();
    }

    /** Starts a replica. */
    public void start(int number) {
        start(name(number), Map.of("listen.port", ports.get(number - 1).toString()));
    }

    /**
     * Starts one more, which keeps its state in a file, until it has done all it can for now; then SIGKILL.
     *
     * @param settings that it has other than the rest
     */
    public void tryOut(Map<String, String> settings) {
        Map<String, String> alone = new HashMap<>(settings);
        alone.put("listen.port", "0");
        alone.put("bootstrap.servers", "");
        alone.put("state.file", site.folder().resolve("tried.state").toString());
        ManagedProcess child = start("token-service-tried", alone);
        child.awaitLine(AT_REST, StackContext.TIMEOUT);
        child.kill();
    }

    private ManagedProcess start(String name, Map<String, String> own) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "cloud.url",
                cloud.url(),
                "product",
                cloud.product(),
                "bootstrap.servers",
                broker.address(),
                "topics.create",
                Boolean.toString(!site.options().secured()),
                "topics.replication.factor",
                "1"));
        site.security().client("token-service").forEach((key, value) -> settings.put("kafka." + key, value));
        settings.put("state.keys", "local:" + site.folder().stateKey());
        settings.put("static.token.file", tokenFile().toString());
        settings.putAll(cloud.tokenSource());
        settings.put("caller.processor.secret", site.secrets().caller());
        settings.put("caller.operator.secret", site.secrets().operator());
        settings.put("caller.operator.role", "operator");
        settings.putAll(site.options().tokenService());
        settings.putAll(own);
        site.folder().secret(OPERATOR_FILE, site.secrets().operator());
        site.folder().secret(TOKEN_FILE, site.secrets().owner());
        return site.children()
                .start(
                        name,
                        site.installation().classPath(),
                        List.of("-Xmx128m"),
                        List.of(
                                "io.fleetcommand.token.Main",
                                site.folder().settings(name, settings).toString()),
                        Map.of("LOG_LEVEL", site.options().logLevel()));
    }

    /** Waits until a replica has the token. */
    public void await(int number) {
        ManagedProcess child = site.children().child(name(number));
        child.awaitLine(READY, StackContext.TIMEOUT);
        child.await(() -> site.probe().answers(url(number) + "/ready"), StackContext.TIMEOUT);
    }

    /** SIGKILL. */
    public void kill(int number) {
        site.children().child(name(number)).kill();
    }

    public String url(int number) {
        return "http://127.0.0.1:" + ports.get(number - 1);
    }

    /** The addresses of all replicas, by commas. */
    public String urls() {
        return IntStream.rangeClosed(1, ports.size()).mapToObj(this::url).collect(Collectors.joining(","));
    }

    /** Where the operator's secret is, readable by its owner alone. */
    public Path operatorSecretFile() {
        return site.folder().resolve(OPERATOR_FILE);
    }

    /** The file that the token is read from with {@code token.source=static}. */
    public Path tokenFile() {
        return site.folder().resolve(TOKEN_FILE);
    }

    /** By which an operator is known to the token-service. */
    public Secret operatorSecret() {
        return Secret.of(site.secrets().operator());
    }

    /** By which processors are known to the token-service. */
    public Secret readerSecret() {
        return Secret.of(site.secrets().caller());
    }

    private static String name(int number) {
        return "token-service-" + number;
    }
}
