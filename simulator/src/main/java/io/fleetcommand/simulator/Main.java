package io.fleetcommand.simulator;

import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.fleet.DeviceSetup;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.timing.Latency;
import io.fleetcommand.simulator.timing.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the simulator until SIGTERM. Its one line on standard output contains the ports. */
@Command(
        name = "simulator",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "A device cloud for tests and demos, with a fleet generated from a seed and faults on demand.")
public final class Main implements Callable<Integer> {
    private static final Credentials KNOWN = Credentials.DEFAULT;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "address to listen on (${DEFAULT-VALUE})")
    private String host;

    @Option(names = "--port", defaultValue = "0", description = "port of the cloud; 0: any free one")
    private int port;

    @Option(names = "--https-port", description = "HTTPS port of the cloud; 0: any free one; default: none")
    private Integer httpsPort;

    @Option(names = "--control-port", defaultValue = "0", description = "port of the control API; 0: any free one")
    private int controlPort;

    @Option(names = "--devices", defaultValue = "1000", description = "devices of the product (${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--offline", defaultValue = "0", description = "share of devices that are offline")
    private double offline;

    @Option(names = "--sleeping", defaultValue = "0", description = "share of devices that sleep until called")
    private double sleeping;

    @Option(names = "--flaky", defaultValue = "0", description = "share of devices that lose calls")
    private double flaky;

    @Option(
            names = "--set",
            paramLabel = "DEVICES,TRAIT=VALUE...",
            description = "what some devices have, as 50,group=canary,firmware=3; DEVICES is an id, a number of devices"
                    + " from the first, or a range of indexes as 100-149; TRAIT is group, function (both as often as"
                    + " needed), platform, firmware or system-firmware; none clears group, function or firmware;"
                    + " repeatable")
    private List<String> setups = new ArrayList<>();

    @Option(
            names = "--latency",
            defaultValue = "150ms+-50",
            description = "how long a call takes, as 150ms, 150ms±50 or 150ms+-50 (${DEFAULT-VALUE})")
    private String latency;

    @Option(
            names = "--device-timeout",
            defaultValue = "30s",
            description = "how long the cloud waits for a device (${DEFAULT-VALUE})")
    private String deviceTimeout;

    @Option(names = "--seed", defaultValue = "7", description = "seed of the fleet (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--product", defaultValue = "12345", description = "number of the product (${DEFAULT-VALUE})")
    private int product;

    @Option(
            names = "--product-slug",
            defaultValue = "simulated-fleet",
            description = "slug of the product (${DEFAULT-VALUE})")
    private String slug;

    @Option(
            names = "--client-id",
            defaultValue = "${env:SIMULATOR_CLIENT_ID:-fleet-command-1001}",
            description = "OAuth client of the product; or SIMULATOR_CLIENT_ID")
    private String clientId;

    @Option(
            names = "--client-secret",
            defaultValue = "${env:SIMULATOR_CLIENT_SECRET:-simulated-client-secret}",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "secret of the OAuth client; or SIMULATOR_CLIENT_SECRET")
    private String clientSecret;

    @Option(
            names = "--owner-token",
            defaultValue = "${env:SIMULATOR_OWNER_TOKEN:-}",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "a token of the owner that never expires; or SIMULATOR_OWNER_TOKEN; default: none")
    private String ownerToken;

    @Option(names = "--token-life", defaultValue = "90d", description = "lifetime of a token (${DEFAULT-VALUE})")
    private String tokenLifetime;

    @Option(names = "--limit", defaultValue = "10000", description = "requests per window and address")
    private int limit;

    @Option(names = "--window", defaultValue = "300s", description = "length of the window (${DEFAULT-VALUE})")
    private String window;

    @Option(names = "--token-limit", defaultValue = "100", description = "token requests per window and address")
    private int tokenLimit;

    @Option(
            names = "--knob",
            description = "behaviour of the cloud where sources disagree, such as offline=404; repeatable")
    private Map<String, String> knobs = new LinkedHashMap<>();

    /** Exits with 0 on SIGTERM, with 2 if an option is invalid. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            System.err.println("simulator: " + failure.getMessage());
            return failure instanceof IllegalArgumentException ? 2 : 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Simulator simulator = Simulator.start(options())) {
            System.out.println("simulator ready http=" + simulator.url() + " control=" + simulator.controlUrl()
                    + simulator.httpsUrl().map(url -> " https=" + url).orElse(""));
            new CountDownLatch(1).await();
        }
        return 0;
    }

    /** @throws IllegalArgumentException if an option is invalid; the message names it */
    SimulatorOptions options() {
        Profile profile = Profile.CURRENT;
        for (Map.Entry<String, String> knob : knobs.entrySet()) {
            profile = profile.with(knob.getKey(), knob.getValue());
        }
        Credentials credentials = KNOWN.withProduct(product, slug)
                .withClient(clientId, Secret.of(clientSecret))
                .withTokenLifetime(Span.parse(tokenLifetime));
        return new SimulatorOptions(
                host,
                port,
                httpsPort == null ? OptionalInt.empty() : OptionalInt.of(httpsPort),
                controlPort,
                new FleetPlan(devices, offline, sleeping, flaky, seed),
                setups.stream().map(DeviceSetup::parse).toList(),
                Timing.DEFAULT.withLatency(Latency.parse(latency)).withDeviceTimeout(Span.parse(deviceTimeout)),
                ownerToken.isBlank() ? credentials : credentials.withOwnerToken(Secret.of(ownerToken)),
                LimitRules.DEFAULT.withLimit(limit, Span.parse(window)).withTokenLimit(tokenLimit),
                profile);
    }
}
