package io.fleetcommand.registry;

import static io.fleetcommand.registry.RegistryBench.SCHEMA;
import static io.fleetcommand.registry.RegistryBench.SUBJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials and certificates of a registry. */
class RegistryCredentialsTest {
    private final RegistryBench bench = new RegistryBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void rejectedCredentialsAreReportedWithTheirSettingsAndNotRetried(int status) {
        bench.answer(status, "");

        assertThatThrownBy(() -> bench.registry().byId(1))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("basic.auth.user.info or bearer.auth.token");
    }

    @Test
    void userAndPasswordAreSentAsBasicAuthentication() throws InterruptedException {
        bench.answer(200, "{\"id\":1}");

        bench.registry(Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "ann:s:ecret"))
                .register(SUBJECT, SCHEMA);

        assertThat(authorization()).isEqualTo(basic("ann:s:ecret"));
    }

    @Test
    void userAndPasswordInTheUrlAreUsedAndNotShown() throws InterruptedException {
        String withUser = bench.server
                .url("/")
                .newBuilder()
                .username("bob")
                .password("hidden")
                .build()
                .toString();
        bench.answer(200, "{\"id\":1}");

        bench.registry(Map.of("schema.registry.url", withUser)).register(SUBJECT, SCHEMA);
        assertThat(authorization()).isEqualTo(basic("bob:hidden"));

        bench.server.close();
        assertThatThrownBy(() ->
                        bench.registry(Map.of("schema.registry.url", withUser)).byId(2))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageNotContaining("hidden");
    }

    @Test
    void aBearerTokenIsSent() throws InterruptedException {
        bench.answer(200, "{\"id\":1}");

        bench.registry(Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "t-1"))
                .register(SUBJECT, SCHEMA);

        assertThat(authorization()).isEqualTo("Bearer t-1");
    }

    @Test
    void aTlsRegistryIsTrustedOnlyWithTheConfiguredCertificate() throws IOException {
        HeldCertificate held = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        try (MockWebServer secure = new MockWebServer()) {
            secure.useHttps(new HandshakeCertificates.Builder()
                    .heldCertificate(held)
                    .build()
                    .sslSocketFactory());
            secure.start();
            secure.enqueue(new MockResponse.Builder().body("{\"id\":5}").build());
            String address = secure.url("/").toString();

            assertThatThrownBy(() -> bench.registry(Map.of("schema.registry.url", address))
                            .byId(1))
                    .isInstanceOf(RegistryUnavailable.class);
            assertThat(bench.registry(Map.of(
                                    "schema.registry.url",
                                    address,
                                    "schema.registry.ssl.truststore.type",
                                    "PEM",
                                    "schema.registry.ssl.truststore.certificates",
                                    held.certificatePem()))
                            .register(SUBJECT, SCHEMA))
                    .isEqualTo(5);
        }
    }

    private String authorization() throws InterruptedException {
        return bench.server.takeRequest().getHeaders().get("Authorization");
    }

    private static String basic(String userInfo) {
        return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }
}
