package io.fleetcommand.stack;

import io.fleetcommand.operations.stack.RealCloud;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stack's device cloud: the real one, or its simulator, which has addresses once it runs. */
final class LocalCloud {
    private static final Pattern READY = Pattern.compile("simulator ready http=(\\S+) control=(\\S+)");

    private final StackContext site;
    private String url = "";
    private String control = "";

    LocalCloud(StackContext site) {
        this.site = site;
    }

    /** Starts the simulator and waits until it is ready; the real cloud runs already. */
    void start() {
        site.options().cloud().ifPresentOrElse(real -> url = real.url(), this::startSimulator);
    }

    private void startSimulator() {
        List<String> command = new ArrayList<>(List.of("io.fleetcommand.simulator.Main"));
        command.addAll(site.options().simulator());
        command.addAll(List.of("--product", StackContext.PRODUCT, "--client-id", StackSecrets.CLIENT_ID));
        ManagedProcess child = site.children()
                .start(
                        "simulator",
                        site.installation().classPath(),
                        List.of("-Xmx512m"),
                        command,
                        Map.of(
                                "SIMULATOR_CLIENT_SECRET",
                                site.secrets().client(),
                                "SIMULATOR_OWNER_TOKEN",
                                site.secrets().owner(),
                                "LOG_LEVEL",
                                site.options().logLevel()));
        Matcher ready = child.awaitLine(READY, StackContext.TIMEOUT);
        url = ready.group(1);
        control = ready.group(2);
    }

    String url() {
        return url;
    }

    /** Id or slug of the product of all devices. */
    String product() {
        return site.options().cloud().map(RealCloud::product).orElse(StackContext.PRODUCT);
    }

    /** The token-service's settings that say where its tokens come from. */
    Map<String, String> tokenSource() {
        return site.options()
                .cloud()
                .map(RealCloud::tokenSource)
                .orElseGet(() -> Map.of(
                        "client.id",
                        StackSecrets.CLIENT_ID,
                        "client.secret",
                        site.secrets().client(),
                        "admin.token",
                        site.secrets().owner()));
    }

    /** Of the simulator's control API; empty if the cloud is real. */
    String control() {
        return control;
    }
}
