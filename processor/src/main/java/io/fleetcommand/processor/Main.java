package io.fleetcommand.processor;

import io.fleetcommand.service.ConfigLoader;
import io.fleetcommand.service.InvalidSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the processor, waits for SIGTERM or a failure, and shuts down in order. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final int FAILED = 1;
    private static final int INVALID_SETTINGS = 2;

    private Main() {}

    /** @param arguments the path of a properties file; environment variables override it */
    public static void main(String[] arguments) {
        StopSignal stop = new StopSignal();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(stop, ended), "shutdown"));
        int exitCode = FAILED;
        try {
            exitCode = run(
                    ProcessorSettings.from(
                            ConfigLoader.read(List.of(arguments), System.getenv(), ProcessorSettings.names())),
                    stop);
        } catch (InvalidSettings invalid) {
            System.err.println(invalid.getMessage());
            exitCode = INVALID_SETTINGS;
        } catch (Exception failure) {
            LOG.error("processor failed to start: {}", failure.getMessage(), failure);
        } finally {
            ended.countDown();
        }
        System.exit(exitCode);
    }

    private static int run(ProcessorSettings settings, StopSignal stop) throws Exception {
        try (ProcessorApp app = new ProcessorApp(settings, stop)) {
            app.start();
            System.out.println("processor ready ops=" + app.opsUrl());
            Optional<Throwable> failure = stop.await();
            failure.ifPresent(cause -> LOG.error("processor stops after a failure: {}", cause.getMessage(), cause));
            return failure.isPresent() ? FAILED : 0;
        }
    }

    /** Shutdown hook: waits for the main thread to shut down; each step of that has its own timeout. */
    private static void shutDown(StopSignal stop, CountDownLatch ended) {
        stop.stop();
        try {
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
