package io.fleetcommand.token;

import io.fleetcommand.service.Meters;
import io.fleetcommand.token.api.Certificate;
import io.fleetcommand.token.api.Listener;
import io.fleetcommand.token.api.TokenApi;
import io.fleetcommand.token.cloud.ApiUser;
import io.fleetcommand.token.cloud.ClientCredentials;
import io.fleetcommand.token.cloud.StaticToken;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotator.Issuer;
import io.fleetcommand.token.rotator.StateStore;
import io.fleetcommand.token.rotator.TokenRotator;
import io.fleetcommand.token.state.FileStore;
import io.fleetcommand.token.state.StateCipher;
import io.fleetcommand.token.state.StateTopic;
import io.fleetcommand.token.state.TokenStateCodec;
import io.fleetcommand.token.state.TopicStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;

/** Wires the parts of one replica. Closed in reverse order. */
final class TokenServiceApp implements AutoCloseable {
    private static final Duration RUN_INTERVAL = Duration.ofMillis(100);
    private static final Duration CERTIFICATE_CHECK_INTERVAL = Duration.ofSeconds(10);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(15);

    private final ScheduledExecutorService rotatorThread = Executors.newSingleThreadScheduledExecutor(named("rotator"));
    private final ScheduledExecutorService certificateThread =
            Executors.newSingleThreadScheduledExecutor(named("certificate"));
    private final ExecutorService storeThreads = Executors.newFixedThreadPool(2, named("state"));
    private final Meters meters = new Meters();
    private final Optional<Certificate> certificate;
    private final StateStore store;
    private final TokenRotator rotator;
    private final TokenApi api;

    /** @throws IOException if the state or the certificate cannot be read; the message says why */
    TokenServiceApp(TokenServiceSettings settings) throws IOException {
        InstantSource clock = InstantSource.system();
        TokenMeters metrics = new TokenMeters(meters);
        this.certificate = certificate(settings);
        this.store = store(settings);
        this.rotator = new TokenRotator(
                new Rotation(settings.rotationSettings()),
                issuer(settings, clock),
                store,
                rotatorThread,
                clock,
                () -> ThreadLocalRandom.current().nextDouble(),
                () -> UUID.randomUUID().toString().replace("-", ""),
                metrics::count);
        TokenMeters.watch(meters, store, rotator, clock);
        this.api = TokenApi.start(
                rotator,
                settings.callers(),
                meters,
                metrics::count,
                clock,
                new Listener(settings.host(), settings.port(), certificate));
        store.onChange(api::notifyWaiters);
    }

    void start() {
        rotatorThread.scheduleWithFixedDelay(rotator::runOnce, 0, RUN_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        certificate.ifPresent(served -> certificateThread.scheduleWithFixedDelay(
                served::reloadIfChanged,
                CERTIFICATE_CHECK_INTERVAL.toSeconds(),
                CERTIFICATE_CHECK_INTERVAL.toSeconds(),
                TimeUnit.SECONDS));
    }

    int port() {
        return api.port();
    }

    /** Lets a running step finish and be stored, then resigns leadership. */
    @Override
    public void close() {
        certificateThread.shutdownNow();
        shutDown(rotatorThread);
        store.close();
        shutDown(storeThreads);
        api.close();
        meters.close();
    }

    private static void shutDown(ExecutorService threads) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Certificate> certificate(TokenServiceSettings settings) throws IOException {
        Optional<Path> chain = settings.certificateFile();
        return chain.isPresent() ? Optional.of(Certificate.read(chain.get(), settings.keyFile())) : Optional.empty();
    }

    private StateStore store(TokenServiceSettings settings) throws IOException {
        TokenStateCodec codec = new TokenStateCodec(new StateCipher(settings.stateKeys(), new SecureRandom()));
        if (settings.stateFile().isPresent()) {
            return FileStore.open(settings.stateFile().get(), codec);
        }
        StateTopic.ensure(
                settings.kafka(), settings.stateTopic(), settings.createsTopic(), settings.replicationFactor());
        TopicStore topicStore = new TopicStore(settings.stateTopic(), settings.group(), settings.kafka(), codec);
        topicStore.start(storeThreads);
        return topicStore;
    }

    private static Issuer issuer(TokenServiceSettings settings, InstantSource clock) {
        OkHttpClient http = new OkHttpClient.Builder()
                .callTimeout(settings.cloudTimeout())
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
        return switch (settings.origin()) {
            case CLIENT_CREDENTIALS ->
                new ClientCredentials(
                        http,
                        settings.cloudUrl(),
                        settings.clientId(),
                        settings.clientSecret(),
                        settings.tokenLifetime(),
                        clock);
            case API_USER ->
                new ApiUser(
                        http, settings.cloudUrl(), settings.product(), settings.adminToken(), settings.apiUserName());
            case STATIC -> new StaticToken(http, settings.cloudUrl(), settings.tokenFile());
        };
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
