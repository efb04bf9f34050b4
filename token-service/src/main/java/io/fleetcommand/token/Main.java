package io.fleetcommand.token;

import io.fleetcommand.service.InvalidSettings;
import io.fleetcommand.service.SettingsSource;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the token-service and runs until SIGTERM. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final int FAILED = 1;
    private static final int BAD_SETTINGS = 2;

    private Main() {}

    /** @param arguments the path of a properties file; environment variables are laid over it */
    public static void main(String[] arguments) {
        try {
            run(Settings.from(SettingsSource.read(List.of(arguments), System.getenv())));
        } catch (InvalidSettings bad) {
            System.err.println(bad.getMessage());
            System.exit(BAD_SETTINGS);
        } catch (Exception failed) {
            LOG.error("the token-service cannot run: {}", failed.getMessage(), failed);
            System.exit(FAILED);
        }
    }

    private static void run(Settings settings) throws InterruptedException {
        OkHttpClient http = new OkHttpClient.Builder()
                .callTimeout(settings.cloudTimeout())
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .build();
        Cloud cloud = new Cloud(
                http, settings.cloudUrl(), settings.clientId(), settings.clientSecret(), settings.tokenLife());
        TokenKeeper keeper = new TokenKeeper(
                cloud,
                settings.renewFraction(),
                InstantSource.system(),
                () -> ThreadLocalRandom.current().nextDouble());
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        try (TokenApi api = TokenApi.start(keeper, settings.callers(), settings.host(), settings.port())) {
            Runtime.getRuntime().addShutdownHook(new Thread(api::close, "shutdown"));
            keeper.start(thread);
            System.out.println("token-service ready http=http://" + settings.host() + ":" + api.port());
            new CountDownLatch(1).await();
        }
    }
}
