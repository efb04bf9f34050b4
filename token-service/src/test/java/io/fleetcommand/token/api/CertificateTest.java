package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.service.Meters;
import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.rotator.MemoryStore;
import io.fleetcommand.token.rotator.ScriptedIssuer;
import io.fleetcommand.token.rotator.TokenRotator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
    @TempDir
    private Path folder;

    private Path chain;
    private Path key;

    @BeforeEach
    void name() {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
    }

    @Test
    void aChangedCertificateIsUsedForNewConnections() throws IOException {
        HeldCertificate old = made(false);
        HeldCertificate next = made(true);
        put(old, old);
        Certificate certificate = Certificate.read(chain, key);
        try (TokenApi api = api(certificate)) {
            assertThat(alive(api, old)).isEqualTo(200);

            put(next, next);
            certificate.reloadIfChanged();

            assertThat(alive(api, next)).isEqualTo(200);
            assertThatThrownBy(() -> alive(api, old)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aPairThatDoesNotMatchIsNotReloaded() throws IOException {
        HeldCertificate old = made(false);
        put(old, old);
        Certificate certificate = Certificate.read(chain, key);
        try (TokenApi api = api(certificate)) {
            put(made(false), made(false));
            certificate.reloadIfChanged();
            Files.writeString(chain, "half a fi");
            certificate.reloadIfChanged();

            assertThat(alive(api, old)).isEqualTo(200);
        }
    }

    @Test
    void aPairThatDoesNotMatchIsAnErrorAtStartup() throws IOException {
        put(made(false), made(false));

        assertThatThrownBy(() -> Certificate.read(chain, key))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not the certificate of the key");
        Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----");
        assertThatThrownBy(() -> Certificate.read(chain, key)).hasMessageContaining("holds no PKCS #8 private key");
    }

    private void put(HeldCertificate shown, HeldCertificate owner) throws IOException {
        Files.writeString(chain, shown.certificatePem());
        Files.writeString(key, owner.privateKeyPkcs8Pem());
    }

    private static HeldCertificate made(boolean rsa) {
        HeldCertificate.Builder builder = new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1");
        return rsa ? builder.rsa2048().build() : builder.ecdsa256().build();
    }

    private static TokenApi api(Certificate certificate) throws IOException {
        InstantSource clock = InstantSource.system();
        RotationSettings policy =
                new RotationSettings(Duration.ofHours(1), 0.5, Duration.ofSeconds(60), Duration.ofSeconds(13), true);
        TokenRotator rotator = new TokenRotator(
                new Rotation(policy),
                new ScriptedIssuer(),
                new MemoryStore(),
                Runnable::run,
                clock,
                () -> 0.5,
                () -> "mint",
                event -> {});
        return TokenApi.start(
                rotator,
                new Callers(List.of()),
                new Meters(),
                access -> {},
                clock,
                new Listener("127.0.0.1", 0, Optional.of(certificate)));
    }

    private static int alive(TokenApi api, HeldCertificate trusted) throws IOException {
        HandshakeCertificates trust = new HandshakeCertificates.Builder()
                .addTrustedCertificate(trusted.certificate())
                .build();
        OkHttpClient client = new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .build();
        try (Response response = client.newCall(new Request.Builder()
                        .url("https://127.0.0.1:" + api.port() + "/alive")
                        .build())
                .execute()) {
            return response.code();
        } finally {
            client.connectionPool().evictAll();
        }
    }
}
