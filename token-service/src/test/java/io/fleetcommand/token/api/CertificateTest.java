package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        HeldCertificate old = generated(false);
        HeldCertificate next = generated(true);
        put(old, old);
        Certificate certificate = Certificate.read(chain, key);
        try (ApiFixture api = ApiFixture.start(Optional.of(certificate))) {
            assertThat(alive(api, old)).isEqualTo(200);

            put(next, next);
            certificate.reloadIfChanged();

            assertThat(alive(api, next)).isEqualTo(200);
            assertThatThrownBy(() -> alive(api, old)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aPairThatDoesNotMatchIsNotReloaded() throws IOException {
        HeldCertificate old = generated(false);
        put(old, old);
        Certificate certificate = Certificate.read(chain, key);
        try (ApiFixture api = ApiFixture.start(Optional.of(certificate))) {
            put(generated(false), generated(false));
            certificate.reloadIfChanged();
            Files.writeString(chain, "half a fi");
            certificate.reloadIfChanged();

            assertThat(alive(api, old)).isEqualTo(200);
        }
    }

    @Test
    void aPairThatDoesNotMatchIsAnErrorAtStartup() throws IOException {
        put(generated(false), generated(false));

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

    private static HeldCertificate generated(boolean rsa) {
        HeldCertificate.Builder builder = new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1");
        return rsa ? builder.rsa2048().build() : builder.ecdsa256().build();
    }

    private static int alive(ApiFixture api, HeldCertificate trusted) throws IOException {
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
