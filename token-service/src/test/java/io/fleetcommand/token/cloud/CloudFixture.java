package io.fleetcommand.token.cloud;

import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;

/** Scripted responses of a cloud, and a client for it. */
final class CloudFixture {
    private CloudFixture() {}

    static OkHttpClient client() {
        return new OkHttpClient.Builder()
                .callTimeout(Duration.ofMillis(500))
                .retryOnConnectionFailure(false)
                .build();
    }

    static void answer(MockWebServer server, int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }
}
