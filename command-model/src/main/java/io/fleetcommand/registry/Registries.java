package io.fleetcommand.registry;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import okhttp3.OkHttpClient;

/** Creates the registry client for the settings. */
final class Registries {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private Registries() {}

    static SchemaRegistry of(RegistrySettings settings) {
        String first = settings.urls().get(0);
        if (first.startsWith(MockRegistries.SCHEME)) {
            return MockRegistries.at(first);
        }
        return new CachingRegistry(http(connection(settings)));
    }

    static HttpRegistry http(RegistryConnection connection) {
        return new HttpRegistry(connection, System::nanoTime);
    }

    static RegistryConnection connection(RegistrySettings settings) {
        return new RegistryConnection(
                client(settings.tls()),
                settings.urls(),
                settings.authorization(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private static OkHttpClient client(Map<String, Object> tls) {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(false)
                .followSslRedirects(false);
        if (!tls.isEmpty()) {
            Tls context = Tls.from(tls);
            client.sslSocketFactory(context.sockets(), context.trusted());
        }
        return client.build();
    }
}
