package io.fleetcommand.simulator;

import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.control.ControlRoutes;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.faults.Faults;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.fleetcommand.simulator.routes.CloudRoutes;
import io.fleetcommand.simulator.routes.Timer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;

/** A running simulator: the device cloud and its control API. */
public final class Simulator implements AutoCloseable {
    private static final int MAX_EXECUTIONS_KEPT = 2_000_000;

    private final ScheduledExecutorService timerThread;
    private final WebServer cloud;
    private final WebServer control;
    private final Optional<String> certificatePem;

    private Simulator(
            ScheduledExecutorService timerThread, WebServer cloud, WebServer control, Optional<String> certificatePem) {
        this.timerThread = timerThread;
        this.cloud = cloud;
        this.control = control;
        this.certificatePem = certificatePem;
    }

    /**
     * @throws IllegalArgumentException if there are no such devices as a setup names
     * @throws RuntimeException if a port cannot be bound
     */
    public static Simulator start(SimulatorOptions options) {
        ScheduledExecutorService timerThread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "devices");
            thread.setDaemon(true);
            return thread;
        });
        Timer timer = new Timer(System::nanoTime, timerThread);
        Fleet fleet = new Fleet(options.fleet(), options.credentials().owner(), options.timing(), options.profile());
        options.setups().forEach(setup -> fleet.select(setup.which()).forEach(setup.traits()::applyTo));
        Tokens tokens = new Tokens(new SecureRandom());
        SourceLimits limits = new SourceLimits(options.limits(), options.profile());
        Faults faults = new Faults(() -> ThreadLocalRandom.current().nextDouble());
        Counts counts = new Counts(MAX_EXECUTIONS_KEPT);
        Optional<SimulatorCertificate> certificate = options.httpsPort().isPresent()
                ? Optional.of(SimulatorCertificate.forHost(options.host()))
                : Optional.empty();
        CloudRoutes cloudRoutes = new CloudRoutes(
                options.profile(),
                options.credentials(),
                fleet,
                tokens,
                limits,
                faults,
                counts,
                timer,
                InstantSource.system());
        WebServer cloud =
                WebServer.start(options.host(), options.port(), options.httpsPort(), certificate, cloudRoutes::addTo);
        ControlRoutes controlRoutes = new ControlRoutes(
                fleet, tokens, limits, faults, counts, timer, cloud::refuseConnections, cloud::acceptConnections);
        WebServer control = WebServer.start(
                options.host(), options.controlPort(), OptionalInt.empty(), Optional.empty(), controlRoutes::addTo);
        return new Simulator(timerThread, cloud, control, certificate.map(SimulatorCertificate::pem));
    }

    public String url() {
        return cloud.url();
    }

    /** Empty if HTTPS is not enabled. */
    public Optional<String> httpsUrl() {
        return cloud.httpsUrl();
    }

    public String controlUrl() {
        return control.url();
    }

    /** The certificate of the HTTPS port, for clients to trust. */
    public Optional<String> certificatePem() {
        return certificatePem;
    }

    @Override
    public void close() {
        cloud.close();
        control.close();
        timerThread.shutdownNow();
    }
}
