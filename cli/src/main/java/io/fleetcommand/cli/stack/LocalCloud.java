package io.fleetcommand.cli.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stack's simulator of the device cloud, which has addresses once it runs. */
final class LocalCloud {
    private static final Pattern READY = Pattern.compile("simulator ready http=(\\S+) control=(\\S+)");

    private final Site site;
    private String url = "";
    private String control = "";

    LocalCloud(Site site) {
        this.site = site;
    }

    /** Starts it and waits until it is ready. */
    void start() {
        List<String> command = new ArrayList<>(List.of("io.fleetcommand.simulator.Main"));
        command.addAll(site.options().simulator());
        command.addAll(List.of("--product", Site.PRODUCT, "--client-id", StackSecrets.CLIENT_ID));
        Child child = site.children()
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
        Matcher ready = child.awaitLine(READY, Site.PATIENCE);
        url = ready.group(1);
        control = ready.group(2);
    }

    String url() {
        return url;
    }

    /** Of the simulator's control API. */
    String control() {
        return control;
    }
}
