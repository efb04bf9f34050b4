package io.fleetcommand.registry;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Converts Kafka's {@code ssl.*} settings, with PEM files or key stores, for OkHttp. */
public record Tls(SSLContext context, X509TrustManager trusted) {
    public SSLSocketFactory sockets() {
        return context.getSocketFactory();
    }

    /**
     * @param settings settings whose names begin with {@code ssl.}
     * @throws KafkaException if a store cannot be read or holds no certificate
     */
    public static Tls from(Map<String, Object> settings) {
        ConfigDef definition = new ConfigDef();
        SslConfigs.addClientSslSupport(definition);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(definition.parse(settings));
            return new Tls(factory.sslContext(), trustManager(factory.truststore()));
        } catch (GeneralSecurityException unusable) {
            throw new ConfigException("the trust store cannot be used: " + unusable);
        }
    }

    /** @param store null for the JDK's certificates, as for {@link TrustManagerFactory#init(KeyStore)} */
    private static X509TrustManager trustManager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
    }
}
