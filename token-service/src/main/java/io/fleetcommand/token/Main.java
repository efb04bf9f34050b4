package io.fleetcommand.token;

import io.fleetcommand.service.ConfigLoader;
import io.fleetcommand.service.InvalidSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the token-service and runs until SIGTERM. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final int FAILED = 1;
    private static final int BAD_SETTINGS = 2;

    private Main() {}

    /** @param arguments the path of a properties file; environment variables override it */
    public static void main(String[] arguments) {
        try {
            run(TokenServiceSettings.from(
                    ConfigLoader.read(List.of(arguments), System.getenv(), TokenServiceSettings.names())));
        } catch (InvalidSettings bad) {
            System.err.println(bad.getMessage());
            System.exit(BAD_SETTINGS);
        } catch (Exception failed) {
            LOG.error("the token-service cannot run: {}", failed.getMessage());
            LOG.debug("stack trace", failed);
            System.exit(FAILED);
        }
    }

    private static void run(TokenServiceSettings settings) throws IOException, InterruptedException {
        // Not in a try block: the shutdown hook is what closes it.
        TokenServiceApp app = new TokenServiceApp(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(app::close, "shutdown"));
        app.start();
        String scheme = settings.certificateFile().isPresent() ? "https" : "http";
        System.out.println("token-service ready http=" + scheme + "://" + settings.host() + ":" + app.port());
        new CountDownLatch(1).await();
    }
}
