package io.fleetcommand.systemtest.analytics;

import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.ManagedProcess;
import io.fleetcommand.stack.StackContext;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;

/** A standalone Kafka Connect worker as a process of its own, from the files under {@code deploy/connect}. */
public final class ConnectWorker implements AutoCloseable {
    private static final String PATHS = System.getProperty("path.separator");

    private final ManagedProcess child;

    private ConnectWorker(ManagedProcess child) {
        this.child = child;
    }

    /**
     * @param connect what the build of the module {@code connect} made
     * @param files the folder of {@code worker.properties} and the connector
     * @param connector file name of the connector's configuration
     * @param environment that the files refer to, beside where Kafka is and the plugins are
     */
    public static ConnectWorker start(
            Path connect, Path files, String connector, StackAddresses at, Map<String, String> environment) {
        Installation installation = Installation.find();
        try {
            Path folder = Files.createTempDirectory("fleet-connect-");
            Map<String, String> all = new HashMap<>(environment);
            all.put("KAFKA_BOOTSTRAP_SERVERS", at.bootstrapServers());
            all.put("SCHEMA_REGISTRY_URL", at.registry());
            all.put("CONNECT_OFFSETS", folder.resolve("offsets").toString());
            all.put("CONNECT_LISTENER", "http://127.0.0.1:" + StackContext.freePort());
            Path log = folder.resolve("connect.log");
            ManagedProcess child = ManagedProcess.start(
                    "connect",
                    log,
                    String.join(
                            PATHS,
                            Installation.program().toString(),
                            installation.folder().resolve("test-classes").toString(),
                            connect.resolve("worker") + "/*"),
                    // A zone with an odd offset: a time that a sink takes for local would be off.
                    List.of("-Xmx384m", "-Duser.timezone=Asia/Kathmandu"),
                    List.of(
                            "org.apache.kafka.connect.cli.ConnectStandalone",
                            worker(files, connect.resolve("plugins"), folder).toString(),
                            files.resolve(connector).toString()),
                    all);
            return new ConnectWorker(child);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The worker's settings as they are shipped, but for where the plugins are. */
    private static Path worker(Path files, Path plugins, Path folder) throws IOException {
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(files.resolve("worker.properties"))) {
            settings.load(in);
        }
        settings.put("plugin.path", plugins.toString());
        Path own = folder.resolve("worker.properties");
        try (Writer out = Files.newBufferedWriter(own)) {
            settings.store(out, "worker");
        }
        return own;
    }

    /** Waits until what it writes has arrived. */
    public void await(BooleanSupplier arrived, Duration limit) {
        child.await(arrived::getAsBoolean, limit);
    }

    @Override
    public void close() {
        child.kill();
    }
}
